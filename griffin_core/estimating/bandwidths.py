"""How fast devices read their memory, as their makers publish it. A table; knows no model and measures nothing.

A published number is a peak: what decoding reaches of it is less (see `estimate.SHARE_OF_PUBLISHED`).
"""

from dataclasses import dataclass

from griffin_core.errors import SettingsError


@dataclass(frozen=True, kw_only=True)
class DeviceBandwidth:
    """A device by name, and the peak bandwidth of its memory in GB/s, powers of ten."""

    name: str
    gb_s: float


BANDWIDTHS: tuple[DeviceBandwidth, ...] = (
    DeviceBandwidth(name="H200", gb_s=4_800),  # NVIDIA, H200 data sheet: 4.8 TB/s
    DeviceBandwidth(name="H100 SXM", gb_s=3_350),  # NVIDIA, H100 data sheet: 3.35 TB/s
    DeviceBandwidth(name="H100 PCIe", gb_s=2_000),  # NVIDIA, H100 PCIe data sheet: 2 TB/s
    DeviceBandwidth(name="A100 80GB", gb_s=2_039),  # NVIDIA, A100 data sheet, SXM, 80 GB
    DeviceBandwidth(name="A100 40GB", gb_s=1_555),  # NVIDIA, A100 data sheet, 40 GB
    DeviceBandwidth(name="V100 SXM2", gb_s=900),  # NVIDIA, V100 data sheet
    DeviceBandwidth(name="L40S", gb_s=864),  # NVIDIA, L40S data sheet
    DeviceBandwidth(name="L40", gb_s=864),  # NVIDIA, L40 data sheet
    DeviceBandwidth(name="A10", gb_s=600),  # NVIDIA, A10 data sheet
    DeviceBandwidth(name="T4", gb_s=320),  # NVIDIA, T4 data sheet
    DeviceBandwidth(name="L4", gb_s=300),  # NVIDIA, L4 data sheet
    DeviceBandwidth(name="RTX 5090", gb_s=1_792),  # NVIDIA, RTX Blackwell architecture paper
    DeviceBandwidth(name="RTX 4090", gb_s=1_008),  # NVIDIA, Ada architecture paper
    DeviceBandwidth(name="RTX 3090", gb_s=936),  # NVIDIA, Ampere GA102 architecture paper
    DeviceBandwidth(name="RTX 3060 12GB", gb_s=360),  # 192 bit times 15 Gbit/s, NVIDIA's specification
    DeviceBandwidth(name="MI300X", gb_s=5_300),  # AMD, Instinct MI300X data sheet: 5.3 TB/s
    DeviceBandwidth(name="Apple M2 Ultra", gb_s=800),  # Apple, Mac Studio specifications
    DeviceBandwidth(name="Apple M2 Max", gb_s=400),  # Apple, MacBook Pro specifications
    DeviceBandwidth(name="Apple M2 Pro", gb_s=200),  # Apple, MacBook Pro specifications
    DeviceBandwidth(name="Apple M2", gb_s=100),  # Apple, MacBook Air specifications
    DeviceBandwidth(name="CPU, DDR5-5600, 2 channels", gb_s=89.6),  # 2 times 8 bytes times 5600 million a second
    DeviceBandwidth(name="CPU, DDR4-3200, 2 channels", gb_s=51.2),  # 2 times 8 bytes times 3200 million a second
)


def find_bandwidth(name: str) -> DeviceBandwidth:
    """The device called `name`, whatever the case and spaces. Raises SettingsError where none is."""
    wanted = " ".join(name.split()).casefold()
    for device in BANDWIDTHS:
        if device.name.casefold() == wanted:
            return device
    known = "; ".join(device.name for device in BANDWIDTHS)
    raise SettingsError(
        f'no bandwidth is known for the device "{name:.60}". Give it in GB/s (--bandwidth), or use one of: {known}.'
    )
