"""A paper is a typst source in `templates`, which has the look, and what the paper says, which is data."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings

FONTS: Final = Path(__file__).parent


def typeset(source: str, said: Mapping[str, Any]) -> bytes:
    """The PDF of `source`, a path under `templates`.

    The source reads `said` by `json(bytes(sys.inputs.said))`: whatever stands in it is text, never markup. Only our
    own fonts are used, so that a paper looks the same on each machine. An error in the source is a
    `typst.TypstError`, which is ours to mend.
    """
    # Here, for its compiler and the fonts take 30 MB that hardly a process needs.
    import typst

    templates = Path(settings.BASE_DIR) / "templates"
    return typst.compile(
        str(templates / source),
        root=str(templates),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"said": json.dumps(said, ensure_ascii=False)},
    )
