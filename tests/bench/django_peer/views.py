"""The one endpoint: check, then complaint, trail and outbox in one transaction, then 201.

It does less than the service: no sealing of the number, no working calendar, no access, no traces.
"""
# pyright: basic, reportMissingImports=false

import hashlib
import hmac
import json
import secrets
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.urls import path
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tests.bench.django_peer.models import Complaint, History, Outbox

GROUNDS = ("put-off-without-reason", "nobody-at-the-desk", "broken-equipment")
KNOWN = {("water", "1001"), ("roads", "2001")}  # in memory, as the service has it
LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class FilingSerializer(serializers.Serializer):
    """The same fields and limits."""

    agency_id = serializers.CharField(max_length=64)
    service_code = serializers.CharField(max_length=32)
    ground = serializers.ChoiceField(choices=GROUNDS)
    text = serializers.CharField(max_length=4000)
    mobile = serializers.RegexField(r"^09\d{9}$")

    def validate(self, attrs: dict[str, str]) -> dict[str, str]:
        if (attrs["agency_id"], attrs["service_code"]) not in KNOWN:
            raise serializers.ValidationError("This agency has no such service.")
        return attrs


class Complaints(APIView):
    """POST files a complaint."""

    def post(self, request: Request) -> Response:
        filing = FilingSerializer(data=request.data)
        filing.is_valid(raise_exception=True)
        said, now = filing.validated_data, datetime.now(UTC)  # noqa: TID251 - no part of Paygir
        code = "".join(secrets.choice(LETTERS) for _ in range(16))
        number_hash = hmac.new(b"key", said.pop("mobile").encode(), hashlib.sha256).hexdigest()
        due = now + timedelta(hours=3)
        with transaction.atomic():
            complaint = Complaint.objects.create(
                **said,
                tracking_code=code,
                number_hash=number_hash,
                filed_at=now,
                reply_due_at=due,
                escalates_at=due,
            )
            trail = hashlib.sha256(json.dumps(said).encode()).hexdigest()
            History.objects.create(
                complaint=complaint, version=1, act="file", by="citizen", at=now, hash=trail
            )
            key = str(complaint.id)
            event = {**said, "tracking_code": code, "filed_at": now.isoformat()}
            Outbox.objects.bulk_create(
                [
                    Outbox(
                        topic=topic, key=key, headers={"ce_id": key}, value=json.dumps(one).encode(), at=now
                    )
                    for topic, one in (("contacts", {"hash": number_hash}), ("events", event))
                ]
            )
        receipt = {
            "tracking_code": code,
            "agency_id": said["agency_id"],
            "filed_at": now,
            "reply_due_at": due,
        }
        return Response(receipt, status=201)


urlpatterns = [path("v1/complaints", Complaints.as_view())]
