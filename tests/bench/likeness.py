"""A photograph of the bench's own making, and how like one picture is to another. Pure."""

import io

import numpy as np
from PIL import Image

BLOCK = 8  # pixels a side of a window
LUMA, CONTRAST = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def photograph(side: int = 1024, seed: int = 1) -> bytes:
    """Return a JPEG with the detail of a photograph: a spectrum that falls with the frequency."""
    random = np.random.default_rng(seed)
    rows, columns = np.fft.fftfreq(side)[:, None], np.fft.fftfreq(side)[None]
    falling = np.where(rows**2 + columns**2 == 0, 1.0, rows**2 + columns**2) ** -0.55
    channels = []
    for _ in range(3):
        waves = np.fft.ifft2(falling * np.exp(2j * np.pi * random.random((side, side)))).real
        channels.append((waves - waves.min()) / (waves.max() - waves.min()) * 255)
    buffer = io.BytesIO()
    Image.fromarray(np.stack(channels, -1).astype("uint8")).save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def ssim(one: Image.Image, other: Image.Image) -> float:
    """Return the structural similarity of two pictures of one size, in grey, 8 x 8 at a time; 1 at most."""
    first, second = _windows(one), _windows(other)
    mean_1, mean_2 = first.mean(-1), second.mean(-1)
    together = (first * second).mean(-1) - mean_1 * mean_2
    above = (2 * mean_1 * mean_2 + LUMA) * (2 * together + CONTRAST)
    below = (mean_1**2 + mean_2**2 + LUMA) * (first.var(-1) + second.var(-1) + CONTRAST)
    return float((above / below).mean())


def _windows(image: Image.Image) -> np.ndarray:
    grey = np.asarray(image.convert("L"), dtype=np.float64)
    high, wide = (length // BLOCK for length in grey.shape)
    cut = grey[: high * BLOCK, : wide * BLOCK].reshape(high, BLOCK, wide, BLOCK)
    return cut.swapaxes(1, 2).reshape(high, wide, BLOCK * BLOCK)
