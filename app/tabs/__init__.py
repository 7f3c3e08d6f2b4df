"""The page's tabs, one file each: layout, then wires."""
