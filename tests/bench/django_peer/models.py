"""What the service keeps, as tables: complaints, their trail, the outbox of the same transaction."""
# pyright: basic, reportMissingImports=false

import uuid

from django.db import models


class Complaint(models.Model):
    """A citizen's complaint, with the indexes that the service has."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid1)
    agency_id = models.CharField(max_length=64)
    tracking_code = models.CharField(max_length=16, unique=True)
    service_code = models.CharField(max_length=32)
    ground = models.CharField(max_length=64)
    text = models.TextField()
    number_hash = models.CharField(max_length=64)
    status = models.CharField(max_length=16, default="filed")
    filed_at = models.DateTimeField()
    reply_due_at = models.DateTimeField()
    escalates_at = models.DateTimeField(null=True)
    version = models.IntegerField(default=1)

    class Meta:
        app_label = "django_peer"
        indexes = [
            models.Index(fields=["agency_id", "-filed_at", "-id"]),
            models.Index(fields=["agency_id", "status", "-filed_at", "-id"]),
            models.Index(fields=["escalates_at", "id"]),
        ]


class History(models.Model):
    """Who did what and when."""

    complaint = models.ForeignKey(Complaint, on_delete=models.CASCADE)
    version = models.IntegerField()
    act = models.CharField(max_length=32)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    hash = models.CharField(max_length=64)

    class Meta:
        app_label = "django_peer"
        unique_together = [("complaint", "version")]


class Outbox(models.Model):
    """What a relay would publish."""

    topic = models.CharField(max_length=100)
    key = models.CharField(max_length=64)
    headers = models.JSONField()
    value = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        app_label = "django_peer"
