"""Sound, for who would rather say it than write it: MP3 and Ogg."""

from shared.files.foreign import must_hide_nothing
from shared.files.kinds import Piece, truncated

OGG_MARK, ID3_MARK = b"OggS", b"ID3"
_PAGE_HEAD_BYTES, _LAST_PAGE = 27, 0x04
_CODECS = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")
_ID3_HEAD_BYTES, _ID3V1_BYTES, _ID3_FOOTER = 10, 128, 0x10
_FRAMES_LEAST = 3
_BITRATES_KBIT = {
    1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES_HZ = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_LAYER_3, _NO_RATE, _MPEG_1 = 1, 3, 3


def clean_ogg(content: bytearray) -> list[Piece]:
    """As it is, page by page to its last one."""
    view, at, last = memoryview(content), 0, 0
    while at < len(view) and content.startswith(OGG_MARK, at):
        head = view[at : at + _PAGE_HEAD_BYTES]
        if len(head) < _PAGE_HEAD_BYTES:
            raise truncated()
        lengths = view[at + _PAGE_HEAD_BYTES : at + _PAGE_HEAD_BYTES + head[26]]
        start = at + _PAGE_HEAD_BYTES + head[26]
        end = start + sum(lengths)
        if end > len(view) or (at == 0 and not bytes(view[start:end]).startswith(_CODECS)):
            raise truncated()
        last, at = head[5], end
    must_hide_nothing(view[at:])
    if at != len(view) or not last & _LAST_PAGE:
        raise truncated()
    return [view]


def is_mp3(content: bytearray) -> bool:
    """By its first bytes."""
    return content.startswith(ID3_MARK) or _frame_bytes(memoryview(content)[:4]) > 0


def clean_mp3(content: bytearray) -> list[Piece]:
    """Its whole frames, without the notes before and behind them. It has no mark of its end."""
    view, start = memoryview(content), 0
    if content.startswith(ID3_MARK):
        flags, size = view[5:6].tobytes(), view[6:_ID3_HEAD_BYTES]
        footer = _ID3_HEAD_BYTES if flags and flags[0] & _ID3_FOOTER else 0
        start = _ID3_HEAD_BYTES + footer + sum(byte << 7 * (3 - place) for place, byte in enumerate(size))
        must_hide_nothing(view[_ID3_HEAD_BYTES:start])
        while start < len(view) and not view[start]:
            start += 1  # some programs fill up behind their notes
    at, frames = start, 0
    while (length := _frame_bytes(view[at:])) and at + length <= len(view):
        at, frames = at + length, frames + 1
    must_hide_nothing(view[at + (_ID3V1_BYTES if content.startswith(b"TAG", at) else 0) :])
    if frames < _FRAMES_LEAST:
        raise truncated()
    return [view[start:at]]


def _frame_bytes(head: memoryview) -> int:
    """The length of the frame that begins like this; 0 where none does."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - eleven ones
        return 0
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    bitrate, rate = head[2] >> 4, head[2] >> 2 & 3
    rates, bitrates = _RATES_HZ.get(version), _BITRATES_KBIT[1 if version == _MPEG_1 else 2]
    if rates is None or layer != _LAYER_3 or rate == _NO_RATE or not 0 < bitrate < len(bitrates):
        return 0
    samples = 144 if version == _MPEG_1 else 72
    return samples * bitrates[bitrate] * 1000 // rates[rate] + (head[2] >> 1 & 1)
