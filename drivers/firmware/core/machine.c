#include "machine.h"
#include "chip.h"
#include "control.h"
#include "port.h"
#include "send.h"

Machine machine;

void machine_safe(void) {
  chip_safe();
  machine.arming = 0;
  if (machine.state != STATE_FAULT) machine.state = STATE_IDLE;
}

void machine_watch(void) {
  if (machine.state != STATE_ARMED || port_millis() - machine.heard <= machine.watchdog) return;
  machine_safe();
  machine.state = STATE_FAULT;
  machine.fault = FAULT_WATCHDOG;
}

uint8_t machine_goes_on(void) {
  Frame frame;
  port_breathe(0);
  while (!machine.stop && receive(&frame) == RECEIVED_FRAME) {
    machine.heard = port_millis();
    if (control_is(&frame)) {
      send_close();
      control(&frame);
    } else if (!receive_keep(&frame)) {
      receive_bad++;
    }
  }
  return !machine.stop;
}

void answer(const Frame *frame) { send_begin(frame->data[0] | 0x80, frame_seq(frame)); }

void refuse(const Frame *frame, uint8_t reason, uint32_t detail) {
  send_begin(0xFF, frame_seq(frame));
  send8(reason);
  send8(frame->data[0]);
  send8(machine.state);
  send32(detail);
  send_end();
}
