/* The serial line: blocks of bytes on file descriptors, at the speed of a baud rate if one is set. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include "host.h"
#include "port.h"

#define INPUT_SIZE 65536
#define OUTPUT_SIZE 65536
#define BACKLOG 16384       /* unpaced: bytes that may wait before the core has to */
#define BACKLOG_PACED 256   /* as on a board */
#define BREATHS_PER_LOOK 64 /* system calls cost more than a slot of a small network */
#define IDLE_MS 10          /* bounds how late the watchdog notices */
#define PATIENCE_MS 2000    /* output that nobody takes for so long is lost, as on a line without flow control */

static int from, to;
static uint64_t byte_nanos; /* 0: not paced */

static uint8_t input[INPUT_SIZE];
static uint32_t input_at, input_end;
static uint64_t input_due; /* paced: when the next byte has arrived */

static uint8_t output[OUTPUT_SIZE];
static uint32_t output_end, released, sent;
static uint64_t output_free; /* paced: when the line is free for the next byte */

static void make_raw(int fd) {
  struct termios mode;
  if (tcgetattr(fd, &mode) != 0) return; /* not a terminal */
  mode.c_iflag = 0;
  mode.c_oflag = 0;
  mode.c_lflag = 0;
  mode.c_cflag = CS8 | CREAD | CLOCAL;
  mode.c_cc[VMIN] = 1;
  mode.c_cc[VTIME] = 0;
  tcsetattr(fd, TCSANOW, &mode);
}

void line_open(const char *path, uint32_t baud) {
  from = path ? open(path, O_RDWR | O_NOCTTY) : STDIN_FILENO;
  if (from < 0) fail(path);
  to = path ? from : STDOUT_FILENO;
  make_raw(from);
  make_raw(to);
  fcntl(from, F_SETFL, fcntl(from, F_GETFL) | O_NONBLOCK);
  fcntl(to, F_SETFL, fcntl(to, F_GETFL) | O_NONBLOCK);
  byte_nanos = baud ? 10000000000ULL / baud : 0;
}

static void take_input(void) {
  if (input_at < input_end) return;
  const ssize_t got = read(from, input, sizeof input);
  if (got == 0) exit(0); /* the other end is gone */
  if (got < 0 && errno != EAGAIN && errno != EINTR && errno != EIO) fail("read");
  input_at = 0;
  input_end = got > 0 ? (uint32_t)got : 0;
  if (got > 0 && byte_nanos) {
    const uint64_t now = clock_nanos();
    input_due = (input_due > now ? input_due : now) + byte_nanos;
  }
}

int16_t port_receive(void) {
  if (input_at == input_end) return -1;
  if (byte_nanos) {
    if (clock_nanos() < input_due) return -1;
    input_due += byte_nanos;
  }
  return input[input_at++];
}

/* Writes what may leave now; never waits. */
static void give_output(void) {
  uint32_t most = released - sent;
  if (most == 0) return;
  if (byte_nanos) {
    const uint64_t now = clock_nanos();
    const uint64_t done = now > output_free ? (now - output_free) / byte_nanos : 0;
    if (done < most) most = (uint32_t)done;
    if (most == 0) return;
  }
  const ssize_t put = write(to, output + sent, most);
  if (put < 0) {
    if (errno == EPIPE || errno == EIO) exit(0);
    if (errno != EAGAIN && errno != EINTR) fail("write");
    return;
  }
  sent += (uint32_t)put;
  output_free += (uint64_t)put * byte_nanos;
}

/* Until something arrives, if `listens`, or the output can go on. */
static void rest(int listens) {
  struct pollfd lines[2] = {{from, POLLIN, 0}, {to, POLLOUT, 0}};
  const int output_waits = released != sent, input_waits = input_at != input_end;
  if (byte_nanos && (output_waits || input_waits)) {
    const struct timespec moment = {0, 500000};
    nanosleep(&moment, 0);
    return;
  }
  if (input_waits || !listens) lines[0].events = 0;
  if (!output_waits) lines[1].events = 0;
  poll(lines, 2, listens && input_waits ? 0 : IDLE_MS);
  if (lines[0].revents & POLLHUP && !(lines[0].revents & POLLIN)) {
    /* A pseudo-terminal that nobody has opened yet reports this without end. */
    const struct timespec moment = {0, 5000000};
    nanosleep(&moment, 0);
  }
}

void port_breathe(uint8_t idle) {
  static uint8_t breaths;
  if (!idle && ++breaths < BREATHS_PER_LOOK) return;
  breaths = 0;
  give_output();
  take_input();
  if (!idle || input_at != input_end) return;
  rest(1);
  give_output();
  take_input();
}

void port_send(uint8_t byte) { output[output_end++] = byte; }

uint16_t port_send_hole(void) {
  output[output_end] = 0;
  return (uint16_t)output_end++;
}

void port_send_fill(uint16_t place, uint8_t byte) { output[place] = byte; }

/* A host that takes nothing must not keep the core from its watchdog. */
static void wait_until_backlog(uint32_t most) {
  static uint8_t deaf;
  uint64_t since = 0;
  uint32_t before = sent;
  give_output();
  while (released - sent > most) {
    if (sent != before) deaf = 0;
    if (sent != before || since == 0) since = clock_nanos();
    if (deaf || clock_nanos() - since > PATIENCE_MS * 1000000ULL) {
      deaf = 1;
      sent = released;
      return;
    }
    before = sent;
    rest(0);
    give_output();
  }
}

/* The core closes its hole before it releases, so that everything may be moved here. */
void port_send_release(void) {
  if (byte_nanos && released == sent) {
    const uint64_t now = clock_nanos();
    if (output_free < now) output_free = now;
  }
  released = output_end;
  wait_until_backlog(byte_nanos ? BACKLOG_PACED : BACKLOG);
  if (sent < OUTPUT_SIZE / 2) return;
  memmove(output, output + sent, released - sent);
  released -= sent;
  output_end = released;
  sent = 0;
}

void port_send_drain(void) { wait_until_backlog(0); }

void port_send_memory(uint8_t *memory, uint16_t size) {
  (void)memory;
  (void)size;
}
