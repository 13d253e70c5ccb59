"""From what the witnesses said to a judged invoice: fusion, repair, calibration, verdict."""
