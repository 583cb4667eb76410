/* Timer 0 ticks every 4 us and interrupts every millisecond. */
#include <avr/interrupt.h>
#include <avr/io.h>
#include "board.h"
#include "port.h"

static volatile uint32_t millis;

ISR(TIMER0_COMPA_vect) { millis++; }

void clock_start(void) {
  TCCR0A = _BV(WGM01);
  OCR0A = 249;
  TCCR0B = _BV(CS01) | _BV(CS00);
  TIMSK0 = _BV(OCIE0A);
}

uint32_t port_millis(void) {
  const uint8_t status = SREG;
  cli();
  const uint32_t now = millis;
  SREG = status;
  return now;
}

uint32_t port_micros(void) {
  const uint8_t status = SREG;
  cli();
  uint32_t now = millis;
  uint8_t ticks = TCNT0;
  if (TIFR0 & _BV(OCF0A)) {
    ticks = TCNT0;
    now++;
  }
  SREG = status;
  return now * 1000 + ticks * 4u;
}
