#include <avr/interrupt.h>
#include <avr/wdt.h>
#include "board.h"
#include "core.h"
#include "port.h"

int main(void) {
  uart_start();
  clock_start();
  identity_start();
  sei();
  core_start();
  wdt_enable(WDTO_1S);
  for (;;) core_step();
}
