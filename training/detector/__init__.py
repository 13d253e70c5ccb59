"""The text detector of our own: pages with exact boxes, target maps, the network, its training and export."""
