"""The perspective of a photographed form, determined from its printed lines.

In a photo, all frame lines of one direction meet in one point. The two points are found by weighted least squares over
many lines and sent to infinity along x and y. Neither the outline of the sheet nor the whole frame need be visible, and
other sheets of a stack hardly matter. If there are few lines, or they contradict one another, there is no result.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from invoiceocr.geometry import Box, Quad, quad_box, union
from invoiceocr.imaging.segments import Segments, long_segments
from invoiceocr.imaging.warp import Matrix
from invoiceocr.page import PageImage

# largest angle between a line and its axis; the page is upright already
MOST_SLANT = np.radians(25)
# how precisely a segment must point at the common point
SNUG = np.radians(0.6)
FEWEST = 6  # segments of a direction: two sides of three lines
# share of the length of a direction that must point at the common point
AGREEING = 0.6
# share of the longer side that the lines of a direction must span; otherwise the perspective is a guess
SPREAD = 0.15
ROUNDS = 12  # rounds of reweighting
# margin around the text as a share of its extent: the outer frame lines are there
MARGIN = 0.05

Vector = NDArray[np.float64]


def by_frame(image: PageImage, quads: tuple[Quad, ...]) -> Matrix | None:
    """The homography that makes the printed lines among the text *quads* horizontal and vertical and keeps the scale at
    the middle; None if there are too few lines, or they contradict one another."""
    if not quads:
        return None
    segments = long_segments(image, _around(quads))
    half = max(image.width, image.height) / 2
    center = np.array([[1, 0, -image.width / 2], [0, 1, -image.height / 2], [0, 0, half]]) / half
    centered = (segments - np.array([image.width, image.height] * 2) / 2) / half
    across, down = _meeting_point(centered, 0), _meeting_point(centered, 1)
    if across is None or down is None:
        return None
    matrix: Matrix = np.linalg.inv(center) @ flattening(across, down) @ center
    return matrix


def flattening(across: Vector, down: Vector) -> Matrix:
    """The homography that sends the points *across* and *down* (homogeneous, around the middle) to infinity along x
    and along y."""
    horizon = np.cross(across, down)
    perspective = np.array([[1, 0, 0], [0, 1, 0], horizon / horizon[2]])
    directions = np.stack([(perspective @ across)[:2], (perspective @ down)[:2]], axis=1)
    directions *= np.sign(np.diag(directions)) / np.linalg.norm(directions, axis=0)
    affine = np.eye(3)
    affine[:2, :2] = np.linalg.inv(directions)
    matrix: Matrix = affine @ perspective
    return matrix


def _around(quads: tuple[Quad, ...]) -> Box:
    text = union(quad_box(quad) for quad in quads)
    return text.grown(MARGIN * max(text.width, text.height))


def _meeting_point(segments: Segments, axis: int) -> Vector | None:
    """The point (homogeneous) where the lines along *axis* (0: x, 1: y) meet; None if they don't determine it."""
    vectors = segments[:, 2:] - segments[:, :2]
    along = np.abs(vectors[:, 1 - axis]) < np.abs(vectors[:, axis]) * np.tan(MOST_SLANT)
    if along.sum() < FEWEST:
        return None
    segments, lengths = segments[along], np.hypot(*vectors[along].T)
    ends = np.dstack([segments.reshape(-1, 2, 2), np.ones((len(segments), 2))])
    lines, middles = np.cross(ends[:, 0], ends[:, 1]), ends.mean(axis=1)
    lines /= np.hypot(lines[:, 0], lines[:, 1])[:, None]
    point = _nearest_point(lines, middles, lengths)
    agreeing = _angles(lines, middles, point) < SNUG
    if agreeing.sum() < FEWEST or lengths[agreeing].sum() < AGREEING * lengths.sum():
        return None
    return point if np.ptp(middles[agreeing, 1 - axis]) > 2 * SPREAD else None


def _nearest_point(lines: Matrix, middles: Matrix, lengths: Vector) -> Vector:
    """The point nearest to all *lines*; lines that miss it lose their weight round by round."""
    weights, point = lengths, np.zeros(3)
    for tolerance in np.geomspace(8 * SNUG, SNUG, ROUNDS):
        weighted = lines * weights[:, None]
        point = np.linalg.eigh(weighted.T @ weighted)[1][:, 0]
        weights = lengths * np.exp(-((_angles(lines, middles, point) / tolerance) ** 2) / 2)
    return point


def _angles(lines: Matrix, middles: Matrix, point: Vector) -> Vector:
    """The angle in radians between each line and the direction from its middle to *point*."""
    toward = point[:2] - middles[:, :2] * point[2]
    sine = np.abs((lines[:, :2] * toward).sum(axis=1)) / np.maximum(np.hypot(*toward.T), 1e-12)
    angles: Vector = np.arcsin(np.clip(sine, 0, 1))
    return angles
