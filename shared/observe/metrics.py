"""The figures that operators watch, all in one place so that their names stay one family."""

from prometheus_client import Counter, Gauge, Histogram

REQUESTS = Histogram("paygir_http_request_seconds", "Time to answer a request", ["route", "method", "status"])
PENDING_OLDEST_S = Gauge(
    "paygir_pending_oldest_seconds",
    "Age of the oldest record that waits for the bus",
    ["collection"],
)
PUBLISHED = Counter("paygir_published_total", "Records acknowledged by Kafka", ["topic"])
RELAY_FAULTS = Counter("paygir_relay_faults_total", "Times the relay had to start over")
RELAY_REFUSED = Counter(
    "paygir_relay_refused_total", "Records that Kafka will never take as they are", ["topic"]
)
CONSUMED = Counter("paygir_consumed_total", "Records worked", ["subscription"])
CONSUMER_LAG = Gauge(
    "paygir_consumer_lag", "Records a subscription has still to read", ["subscription", "partition"]
)
CONSUMER_FAULTS = Counter(
    "paygir_consumer_faults_total", "Passing faults; the batch is read again", ["subscription"]
)
DEAD_LETTERS = Counter("paygir_dead_letters_total", "Records kept as dead letters", ["subscription"])
GAPS = Gauge("paygir_projection_gaps", "Aggregates of which an event is missing", ["subscription"])
BACKGROUND_FAULTS = Counter(
    "paygir_background_faults_total", "Times that work beside the API had to start over", ["work"]
)
LETTERS = Counter("paygir_letters_total", "Letters at the door for mail, by what became of them", ["result"])
MESSAGES = Counter(
    "paygir_messages_total",
    "What gateways said of messages: accepted, refused, unknown ...",
    ["gateway", "word"],
)
GATEWAY_HEALTH = Gauge(
    "paygir_gateway_health", "What is left of a gateway's weight after its late faults, up to 1", ["gateway"]
)
RECEIPT_AGE_S = Histogram(
    "paygir_message_receipt_seconds",
    "Time from handing a message over to each receipt of it",
    ["gateway"],
    buckets=(1, 5, 15, 60, 300, 900, 3600, 6 * 3600, 24 * 3600),
)
FILES_SCANNED = Counter("paygir_files_scanned_total", "Files judged by the malware scanner", ["result"])
WEBHOOK_OLDEST_S = Gauge(
    "paygir_webhook_oldest_seconds",
    "Age of the oldest event that another system has not taken yet",
    ["subscription"],
)
WEBHOOK_FAILURES = Counter(
    "paygir_webhook_failures_total", "Times another system took an event not", ["subscription"]
)
SWEPT = Counter("paygir_swept_total", "Due things handled", ["sweep"])
SWEEP_FAULTS = Counter("paygir_sweep_faults_total", "Due things that could not be handled", ["sweep"])
DIGEST_SENT_AGE_S = Gauge(
    "paygir_digest_sent_age_seconds", "Time since a place outside last took a signed digest", ["place"]
)
DIGEST_FAULTS = Counter("paygir_digest_faults_total", "Times a place outside took a digest not", ["place"])
SWEEP_SECONDS = Histogram("paygir_sweep_seconds", "Time of one whole sweep", ["sweep"])
