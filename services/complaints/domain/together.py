"""Many complaints about one cause, answered in the same words: each citizen gets their own answer."""

from collections.abc import Collection

from services.complaints.domain.complaint import Complaint
from shared.events.directory import Post

TOGETHER_MAX = 50
"""Each is a write of its own, and whoever asks waits for all of them."""


def was_said(complaint: Complaint, text: str, posts: Collection[Post]) -> bool:
    """Whether one of these posts has answered it so: the same said again is nothing new."""
    last = complaint.round
    return last.answer == text and last.answered_by in {post.id for post in posts}
