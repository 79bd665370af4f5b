"""Seals a citizen's request for who can do it, and opens it there."""

from shared.events.requests import CitizenRequest, SealedRequest
from shared.keys.wrapping import KeyWrapper
from shared.sealing import new_key, seal, unseal


async def seal_request(
    wrapper: KeyWrapper, request: CitizenRequest, *, request_id: str, agency_id: str
) -> SealedRequest:
    """Under a key of its own."""
    key = new_key()
    return SealedRequest(
        request_id=request_id,
        agency_id=agency_id,
        sealed=seal(key, request.model_dump_json(), purpose=request_id),
        wrapped_key=await wrapper.wrap(key, about=request_id),
    )


async def open_request(wrapper: KeyWrapper, sealed: SealedRequest) -> CitizenRequest:
    """What is wanted; Unopenable where it was sealed elsewhere."""
    key = await wrapper.unwrap(sealed.wrapped_key, about=sealed.request_id)
    return CitizenRequest.model_validate_json(unseal(key, sealed.sealed, purpose=sealed.request_id))
