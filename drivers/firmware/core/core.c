#include "core.h"
#include "bytes.h"
#include "chip.h"
#include "control.h"
#include "describe.h"
#include "hello.h"
#include "jobs.h"
#include "machine.h"
#include "port.h"
#include "requests.h"
#include "store.h"

typedef struct {
  uint8_t type, moves, armed; /* moves: a repeat is answered from the store; armed: begins with the arming id */
  void (*run)(const Frame *frame);
} Request;

static const Request REQUESTS[] FLASH = {
    {DESCRIBE, 0, 0, request_describe}, {CONFIGURE, 1, 0, request_configure}, {ARM, 1, 0, request_arm},
    {WRITE, 1, 1, request_write},       {READ, 0, 0, request_read},           {MEASURE, 0, 1, job_measure},
    {APPLY, 1, 1, job_apply},           {LEARN, 1, 1, job_learn},             {CLEAR, 1, 0, request_clear},
    {SNAPSHOT, 0, 0, request_snapshot}, {RESTORE, 1, 1, request_restore},
};

static uint8_t may_move(const Frame *frame) {
  if (frame->length < 4) {
    refuse(frame, REFUSE_LENGTH, 4);
    return 0;
  }
  if (machine.state == STATE_FAULT) {
    refuse(frame, REFUSE_FAULT, machine.fault);
    return 0;
  }
  if (machine.state == STATE_ARMED && get32(frame_payload(frame)) == machine.arming) return 1;
  refuse(frame, REFUSE_ARMING, port_boots());
  return 0;
}

static void run(const Frame *frame) {
  for (uint8_t i = 0; i < sizeof REQUESTS / sizeof REQUESTS[0]; i++) {
    if (FLASH_BYTE(&REQUESTS[i].type) != frame->data[0]) continue;
    if (FLASH_BYTE(&REQUESTS[i].moves) && store_answers(frame)) return;
    if (FLASH_BYTE(&REQUESTS[i].armed) && !may_move(frame)) return;
    ((void (*)(const Frame *))FLASH_POINTER(&REQUESTS[i].run))(frame);
    return;
  }
  refuse(frame, REFUSE_UNKNOWN, 0);
}

/* What waited behind stopped work is not done either. */
static void drop_waiting(void) {
  Frame frame;
  machine.stop = 0;
  while (receive_next(&frame)) {
    refuse(&frame, REFUSE_ABORTED, 0);
    receive_done();
  }
}

void core_start(void) {
  /* 2-2-1, sigmoid */
  static const uint8_t setting[] = {3, 2, 2, 1, 0};
  chip_configure(setting, sizeof setting);
  receive_reset();
  hello_prepare();
}

void core_step(void) {
  Frame frame;
  Received what = RECEIVED_NOTHING;
  while (!receive_next(&frame) && (what = receive(&frame)) == RECEIVED_FRAME) {
    machine.heard = port_millis();
    if (control_is(&frame)) control(&frame);
    else if (!receive_keep(&frame)) receive_bad++;
  }
  if (receive_next(&frame)) {
    run(&frame);
    receive_done();
    if (machine.stop) drop_waiting();
    machine.heard = port_millis();
    return;
  }
  if (what == RECEIVED_TEXT && (machine.state == STATE_IDLE || machine.state == STATE_FAULT)) {
    describe_for_people(port_send);
    port_send_release();
  }
  machine_watch();
  port_breathe(1);
}
