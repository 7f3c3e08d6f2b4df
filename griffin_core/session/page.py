"""The frame of a report: one HTML file that needs no script and no network. Knows markup; knows no figures."""

from html import escape

# No script can run and nothing can be fetched, whatever a text says.
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def html_page(title: str, body: str, *, style: str) -> str:
    """The whole page. title: text, escaped here; body: markup; style: a style sheet."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{style}</style>\n</head>\n<body>\n<main>\n{body}\n</main>\n"
        "</body>\n</html>\n"
    )
