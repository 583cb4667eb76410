#include "describe.h"
#include "chip.h"
#include "machine.h"
#include "memory.h"
#include "port.h"

static void (*put)(uint8_t byte);

static void text(const char *flash) {
  for (uint8_t c; (c = FLASH_BYTE(flash)) != 0; flash++) put(c);
}

#define TEXT(literal) text(FLASH_TEXT(literal))

static void number(uint32_t value) {
  if (value > 9) number(value / 10);
  put((uint8_t)('0' + value % 10));
}

/* Seconds with six decimals from microseconds below one second. */
static void seconds(uint32_t micros) {
  TEXT("0.");
  for (uint32_t unit = 100000; unit != 0; unit /= 10) put((uint8_t)('0' + micros / unit % 10));
}

static void uid(void) {
  for (uint8_t i = 0; i < 8; i++) {
    const uint8_t byte = port_uid(i);
    for (uint8_t shift = 8; shift != 0;) {
      shift = (uint8_t)(shift - 4);
      const uint8_t digit = (byte >> shift) & 15;
      put((uint8_t)(digit + (digit < 10 ? '0' : 'a' - 10)));
    }
  }
}

static void banks(void) {
  const uint8_t gaps = (uint8_t)(chip.banks / 2);
  for (uint8_t b = 0; b < chip.banks; b++) {
    if (b) put(',');
    TEXT("{\"name\":\"");
    put(b < gaps ? 'w' : 'b');
    number((uint32_t)(b < gaps ? b : b - gaps) + 1);
    TEXT("\",\"width\":");
    number((uint32_t)(chip.start[b + 1] - chip.start[b]));
    TEXT(",\"unit\":\"V\",\"min\":-16,\"max\":15.99951171875,\"step\":0.00048828125,\"safe\":0,\"slew\":0}");
  }
}

static void signal(uint8_t width) {
  TEXT("{\"width\":");
  number(width);
  TEXT(",\"unit\":\"V\",\"min\":-2,\"max\":1.99993896484375,\"step\":0.00006103515625");
}

static void layers(char between) {
  for (uint8_t l = 0; l < chip.layers; l++) {
    if (l) put((uint8_t)between);
    number(chip.width[l]);
  }
}

/* Of all layers but the input's: as many as there are biases. */
static uint16_t neurons(void) { return (uint16_t)(chip_params() - chip.start[chip.banks / 2]); }

static void activation(void) {
  if (chip.activation == 0) TEXT("sigmoid");
  else if (chip.activation == 1) TEXT("tanh");
  else TEXT("relu");
}

void describe(void (*to)(uint8_t byte)) {
  put = to;
  TEXT("{\"insitu\":1,\"machine\":\"mgd-chip\",\"identity\":\"insitu-chip 0.1 " PORT_NAME "\",\"uid\":\"");
  uid();
  TEXT("\",\"banks\":[");
  banks();
  TEXT("],\"drive\":");
  signal(chip.width[0]);
  TEXT("},\"sense\":");
  signal(chip.width[chip.layers - 1]);
  TEXT(",\"noise\":0},\"maxSlots\":");
  number(LIMIT_SLOTS);
  TEXT(",\"slotSeconds\":");
  seconds(PORT_SLOT_MICROS(chip_params(), neurons(), chip.width[chip.layers - 1]));
  TEXT(",\"repeatable\":true,\"format\":\"i16\",\"watchdogMs\":[50,60000],"
       "\"facets\":{\"codes\":[\"random\",\"walsh\",\"sequential\",\"sinusoid\"],"
       "\"apply\":true,\"learn\":true,\"state\":true},\"limits\":{\"learnRows\":");
  number(LIMIT_LEARN_ROWS);
  TEXT(",\"updateEvery\":");
  number(memory.window);
  TEXT("},\"settings\":{\"layers\":[");
  layers(',');
  TEXT("],\"activation\":\"");
  activation();
  TEXT("\"}}");
}

void describe_for_people(void (*to)(uint8_t byte)) {
  put = to;
  TEXT("insitu-chip 0.1 " PORT_NAME ", mgd-chip ");
  layers('-');
  put(' ');
  activation();
  TEXT(", uid ");
  uid();
  if (machine.state == STATE_FAULT) {
    TEXT(", FAULT ");
    number(machine.fault);
  } else {
    TEXT(", idle");
  }
  TEXT(", boots ");
  number(port_boots());
  TEXT(", bad frames ");
  number(receive_bad);
  TEXT("\r\n");
}
