/* Boot counter at EEPROM address 0, uid at 4..11. A blank uid is made once, from the chip's serial number bytes. */
#include <avr/boot.h>
#include <avr/eeprom.h>
#include <avr/io.h>
#include "board.h"
#include "port.h"

#define BOOTS_AT ((uint32_t *)0)
#define UID_AT 4
#define SERIAL_AT 0x0E

static uint32_t boots;
static uint8_t reset_flags __attribute__((section(".noinit")));

/* The watchdog stays on after it has bitten, so it is stopped before anything else. */
void first_steps(void) __attribute__((naked, used, section(".init3")));
void first_steps(void) {
  reset_flags = MCUSR;
  MCUSR = 0;
  WDTCSR = _BV(WDCE) | _BV(WDE);
  WDTCSR = 0;
}

void identity_start(void) {
  uint8_t blank = 0xFF;
  boots = eeprom_read_dword(BOOTS_AT) + 1; /* blank is FFFFFFFF */
  eeprom_update_dword(BOOTS_AT, boots);
  for (uint8_t i = 0; i < 8; i++) {
    blank &= port_uid(i);
  }
  if (blank != 0xFF) return;
  for (uint8_t i = 0; i < 8; i++) {
    eeprom_update_byte((uint8_t *)(UID_AT + i), boot_signature_byte_get(SERIAL_AT + i));
  }
}

uint32_t port_boots(void) { return boots; }

uint8_t port_uid(uint8_t index) { return eeprom_read_byte((uint8_t *)(UID_AT + index)); }

uint8_t port_reset_reason(void) {
  if (reset_flags & _BV(WDRF)) return 4;
  if (reset_flags & _BV(BORF)) return 3;
  if (reset_flags & _BV(PORF)) return 1;
  return reset_flags & _BV(EXTRF) ? 2 : 0;
}
