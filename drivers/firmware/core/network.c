#include "network.h"
#include "activation.h"
#include "chip.h"
#include "delta.h"
#include "layer.h"

/* Also the inputs of the next layer: they are used up before they are overwritten. */
static int16_t outputs[LIMIT_WIDTH];

const int16_t *network_forward(const uint8_t *input) {
  /* A bias is the weight of an input of -1 V, for it is subtracted: (-16384 * b) >> 8 = -(b << 6). */
  const int16_t minus_one_volt = -16384;
  const uint8_t gaps = (uint8_t)(chip.layers - 1);
  for (uint8_t l = 0; l < gaps; l++) {
    const uint8_t width = chip.width[l + 1], biases = (uint8_t)(gaps + l);
    for (uint8_t o = 0; o < width; o++) layer_sums[o] = 0;
    delta_layer(chip.start[l], width, input, chip.width[l], l);
    delta_layer(chip.start[biases], width, (const uint8_t *)&minus_one_volt, 1, biases);
    for (uint8_t o = 0; o < width; o++) outputs[o] = activate(chip.activation, layer_sums[o]);
    input = (const uint8_t *)outputs;
  }
  return outputs;
}
