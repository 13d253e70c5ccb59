"""What a reviewer is asked, and an invoice judged again with the answer."""
