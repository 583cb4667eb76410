export { type Crossbar, crossbarMap, crossbarMapSvg } from './core/crossbar-map.ts'
export { type RasterGroup, type SpikeRaster, spikeRaster, spikeRasterSvg } from './core/spike-raster.ts'
