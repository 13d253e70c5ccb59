"""From the statements of witnesses to a judged invoice: fusion, repair, calibration, verdict."""
