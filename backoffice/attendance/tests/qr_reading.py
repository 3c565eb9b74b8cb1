"""Reads QR codes back from the SVG that a page shows, as a camera's program does: written from ISO/IEC 18004, not from
the package that draws them. Clean pictures need no error correction, so the code words are read as they stand.
"""

import re

# Format information, after its mask: two bits of the level, three of the pattern.
_FORMAT_MASK = 0b101010000010010
_MASKS = (
    lambda r, c: (r + c) % 2 == 0,
    lambda r, c: r % 2 == 0,
    lambda r, c: c % 3 == 0,
    lambda r, c: (r + c) % 3 == 0,
    lambda r, c: (r // 2 + c // 3) % 2 == 0,
    lambda r, c: (r * c) % 2 + (r * c) % 3 == 0,
    lambda r, c: ((r * c) % 2 + (r * c) % 3) % 2 == 0,
    lambda r, c: ((r + c) % 2 + (r * c) % 3) % 2 == 0,
)
# Centres of the alignment patterns, and (blocks of data words) of level Q, by version.
_ALIGNED = {1: (), 2: (6, 18), 3: (6, 22), 4: (6, 26), 5: (6, 30), 6: (6, 34), 7: (6, 22, 38)}
_BLOCKS = {1: [13], 2: [22], 3: [17] * 2, 4: [24] * 2, 5: [15, 15, 16, 16], 6: [19] * 4, 7: [14, 14, 15, 15, 15, 15]}
_ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_LEVEL_Q = 0b11


def read_qr_of(page: str) -> list[str]:
    """What each QR code of a page says, in order."""
    return [read_modules(modules_of(svg)) for svg in re.findall(r'<svg[^>]*class="segno".*?</svg>', page, re.S)]


def modules_of(svg: str) -> list[list[int]]:
    """Dark and light modules, without the quiet zone of four."""
    side = int(re.search(r'viewBox="0 0 (\d+) \d+"', svg)[1])
    grid = [[0] * side for _ in range(side)]
    x, y = 0.0, 0.0
    for step, numbers in re.findall(r"([MmhH])([-\d. ]+)", re.search(r' d="([^"]+)"', svg)[1]):
        values = [float(one) for one in re.findall(r"-?[\d.]+", numbers)]
        if step == "M":
            x, y = values
        elif step == "m":
            x, y = x + values[0], y + values[1]
        else:
            for column in range(int(x), int(x + values[0])):
                grid[int(y)][column] = 1
            x += values[0]
    return [row[4:-4] for row in grid[4:-4]]


def read_modules(grid: list[list[int]]) -> str:
    """The text of a symbol of level Q."""
    side = len(grid)
    version = (side - 17) // 4
    places = [(8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)] + [(row, 8) for row in (7, 5, 4, 3, 2, 1, 0)]
    word = int("".join(str(grid[row][column]) for row, column in places), 2) ^ _FORMAT_MASK
    assert word >> 13 == _LEVEL_Q
    mask, taken = _MASKS[word >> 10 & 7], _function_modules(side, version)
    bits = [grid[row][column] ^ mask(row, column) for row, column in _zigzag(side) if (row, column) not in taken]
    words = [int("".join(map(str, bits[at : at + 8])), 2) for at in range(0, len(bits) - 7, 8)]
    return _text("".join(f"{one:08b}" for one in _in_order(words, _BLOCKS[version])))


def _function_modules(side: int, version: int) -> set[tuple[int, int]]:
    corners = ((0, 0), (0, side - 8), (side - 8, 0))
    taken = {(top + row, left + column) for top, left in corners for row in range(8) for column in range(8)}
    taken |= {(8, at) for at in (*range(9), *range(side - 8, side))} | {
        (at, 8) for at in (*range(9), *range(side - 8, side))
    }
    taken |= {(6, at) for at in range(side)} | {(at, 6) for at in range(side)}
    aligned = _ALIGNED[version]
    for row in aligned:
        for column in aligned:
            if (row, column) not in {(6, 6), (6, aligned[-1]), (aligned[-1], 6)}:
                taken |= {(row + r, column + c) for r in range(-2, 3) for c in range(-2, 3)}
    if version >= 7:
        taken |= {(a, side - 11 + b) for a in range(6) for b in range(3)} | {
            (side - 11 + b, a) for a in range(6) for b in range(3)
        }
    return taken


def _zigzag(side: int):
    upwards = True
    for right in (*range(side - 1, 6, -2), *range(5, 0, -2)):
        for row in reversed(range(side)) if upwards else range(side):
            yield row, right
            yield row, right - 1
        upwards = not upwards


def _in_order(words: list[int], blocks: list[int]) -> list[int]:
    parts: list[list[int]] = [[] for _ in blocks]
    at = 0
    for number in range(max(blocks)):
        for part, length in zip(parts, blocks, strict=True):
            if number < length:
                part.append(words[at])
                at += 1
    return [word for part in parts for word in part]


def _text(bits: str) -> str:
    kind, rest, said = bits[:4], bits[4:], ""
    if kind == "0100":
        length, rest = int(rest[:8], 2), rest[8:]
        return bytes(int(rest[at : at + 8], 2) for at in range(0, length * 8, 8)).decode()
    assert kind == "0010", "neither alphanumeric nor bytes"
    length, rest = int(rest[:9], 2), rest[9:]
    while len(said) + 1 < length:
        pair, rest = int(rest[:11], 2), rest[11:]
        said += _ALPHANUMERIC[pair // 45] + _ALPHANUMERIC[pair % 45]
    return said + (_ALPHANUMERIC[int(rest[:6], 2)] if len(said) < length else "")
