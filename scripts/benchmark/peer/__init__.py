"""What a developer would write instead: FastAPI, ONNX Runtime, rasterio, psycopg and boto3."""
