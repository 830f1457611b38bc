"""Small pictures of every format, whole and mutated."""

import io
import random
import struct
import zlib

from PIL import Image


def picture(mode="RGB", size=(64, 48)):
    """Noise that compresses badly: a cut anywhere loses something."""
    draw = random.Random(7)
    grey = Image.frombytes("L", size, draw.randbytes(size[0] * size[1]))
    return grey.convert(mode)


def encoded(kind, mode="RGB", size=(64, 48), **options):
    buffer = io.BytesIO()
    picture(mode, size).save(buffer, kind, **options)
    return buffer.getvalue()


def animated(kind):
    buffer = io.BytesIO()
    frames = [picture("RGB"), picture("RGB").rotate(90), picture("RGB").rotate(180)]
    frames[0].save(buffer, kind, save_all=True, append_images=frames[1:])
    return buffer.getvalue()


def whole_pictures():
    return {
        "jpeg": encoded("JPEG"),
        "progressive": encoded("JPEG", progressive=True),
        "restarts": encoded("JPEG", restart_marker_blocks=2),
        "grey": encoded("JPEG", "L"),
        "cmyk": encoded("JPEG", "CMYK"),
        "png": encoded("PNG"),
        "png_alpha": encoded("PNG", "RGBA"),
        "png_palette": encoded("PNG", "P"),
        "png_key": encoded("PNG", "L", transparency=7),
        "png_16": encoded("PNG", "I;16"),
        "gif": encoded("GIF"),
        "gif_animated": animated("GIF"),
        "webp": encoded("WEBP"),
        "webp_lossless": encoded("WEBP", lossless=True),
        "webp_alpha": encoded("WEBP", "RGBA", exact=True),
        "webp_animated": animated("WEBP"),
    }


def chunk(kind, body):
    length = struct.pack(">I", len(body))
    return length + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_claiming(width, height):
    head = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def mutants(count, seed=0):
    """Pictures with bytes changed, cut, doubled, moved, or with an integer put in."""
    draw = random.Random(seed)
    sources = list(whole_pictures().values())
    for number in range(count):
        data = bytearray(sources[number % len(sources)])
        for _ in range(draw.randint(1, 6)):
            at = (
                draw.randrange(len(data))
                if draw.random() < 0.5
                else draw.randrange(min(64, len(data)))
            )
            match draw.randrange(5):
                case 0:
                    data[at] = draw.randrange(256)
                case 1:
                    del data[at : at + draw.randint(1, 40)]
                case 2:
                    data[at:at] = data[at : at + draw.randint(1, 40)]
                case 3:
                    data[at : at + 4] = draw.choice([b"\xff" * 4, bytes(4), b"\x7f\xff\xff\xff"])
                case 4:
                    del data[max(at, 8) :]
            if not data:
                data = bytearray(b"\x00")
        yield bytes(data)
