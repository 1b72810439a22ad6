"""Pure: values in, values out. No network, clock, environment or logging."""

import tesela.core.gdal  # noqa: F401 - before any other module loads rasterio
