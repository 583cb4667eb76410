#include "control.h"
#include "chip.h"
#include "hello.h"
#include "port.h"
#include "send.h"
#include "store.h"

uint8_t control_is(const Frame *frame) {
  const uint8_t type = frame->data[0];
  return type == HELLO || type == PING || type == ABORT || type == DISARM;
}

static void ping(const Frame *frame) {
  answer(frame);
  send8(machine.state);
  send8(machine.fault);
  send32(port_boots());
  send32(machine.arming);
  send16(receive_bad);
  send32(chip_crc());
  send_end();
}

/* The work that is stopped answers for itself as soon as it looks up. */
static void stop(void) {
  if (machine.state != STATE_RUNNING) return;
  machine.stop = 1;
  machine.state = STATE_ARMED;
}

void control(const Frame *frame) {
  const uint8_t wanted = frame->data[0] == HELLO ? 4 : 0;
  if (frame->length != wanted) {
    refuse(frame, REFUSE_LENGTH, wanted);
    return;
  }
  switch (frame->data[0]) {
    case HELLO:
      answer(frame);
      for (uint8_t i = 0; i < 4; i++) send8(frame_payload(frame)[i]);
      hello(send8);
      send_end();
      return;
    case PING:
      ping(frame);
      return;
    case DISARM:
      if (store_answers(frame)) return;
      stop();
      machine_safe();
      break;
    default:
      stop();
  }
  if (frame->data[0] == DISARM) {
    store_begin(frame);
    store8(machine.state);
    store_send();
  } else {
    answer(frame);
    send8(machine.state);
    send_end();
  }
}
