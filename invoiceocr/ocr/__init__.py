"""Pictures to text lines: detection, recognition and decoding. The only package that imports onnxruntime."""
