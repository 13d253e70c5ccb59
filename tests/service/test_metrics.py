from invoiceocr.service.metrics import Metrics


def test_counters_gauges_and_durations_are_told_in_prometheus_text() -> None:
    metrics = Metrics()
    metrics.count("requests_total", route='a"b\n')
    metrics.time("read_seconds", 0.3)
    text = metrics.text({"queue_waiting": {(): 2}})
    assert 'invoiceocr_requests_total{route="a\\"b\\n"} 1' in text
    assert "# TYPE invoiceocr_queue_waiting gauge\ninvoiceocr_queue_waiting 2" in text
    assert 'invoiceocr_read_seconds_bucket{le="0.25"} 0' in text
    assert 'invoiceocr_read_seconds_bucket{le="0.5"} 1' in text
    assert "invoiceocr_read_seconds_count 1" in text
