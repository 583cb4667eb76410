/* harness IMAGE.hex [EEPROM]: an ATmega328P on libsimavr in step with the wall clock. Its serial port is standard
 * input and output; it ends when standard input does. Descriptor 3 gives a byte when the program listens, and takes
 * a byte for each reset: the flag of its cause as in MCUSR. */
#define _GNU_SOURCE /* ppoll */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "avr_eeprom.h"
#include "avr_uart.h"
#include "sim_avr.h"
#include "sim_hex.h"
#include "sim_irq.h"
#include "sim_regbit.h"

#define CLOCK 16000000u
#define EEPROM_SIZE 1024
#define CONTROL 3
#define CATCH_UP_NS 25000000 /* a longer stall of this computer is not made up for */
#define RECEIVER_ON (avr->data[0xC1] & 0x10)

static avr_t *avr;
static avr_irq_t *to_chip;
static const struct timespec SLICE = {0, 500000};
static int chip_takes = 1;
static uint8_t input[8192];
static size_t input_at, input_end;
static uint8_t output[8192];
static size_t output_end;
static const char *eeprom_file;
static uint8_t eeprom_kept[EEPROM_SIZE];

static void fail(const char *what) {
  fprintf(stderr, "%s: %s\n", what, strerror(errno));
  exit(1);
}

static uint64_t now_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

static void on_sent(struct avr_irq_t *irq, uint32_t byte, void *param) {
  (void)irq, (void)param;
  if (output_end < sizeof output) output[output_end++] = (uint8_t)byte;
}
static void on_takes(struct avr_irq_t *irq, uint32_t value, void *param) {
  (void)irq, (void)value, (void)param;
  chip_takes = 1;
}
static void on_full(struct avr_irq_t *irq, uint32_t value, void *param) {
  (void)irq, (void)param;
  if (value) chip_takes = 0;
}

/* The loop below keeps the time; a sleeping chip only lets its cycles pass. */
static void on_sleep(avr_t *chip, avr_cycle_count_t cycles) { (void)chip, (void)cycles; }

static void load_image(const char *name) {
  ihex_chunk_p chunks;
  const int count = read_ihex_chunks(name, &chunks);
  if (count <= 0) fail(name);
  for (int i = 0; i < count; i++) {
    if (chunks[i].baseaddr + chunks[i].size > avr->flashend + 1) continue;
    avr_loadcode(avr, chunks[i].data, chunks[i].size, chunks[i].baseaddr);
    if (avr->codeend < chunks[i].baseaddr + chunks[i].size) avr->codeend = chunks[i].baseaddr + chunks[i].size;
  }
  free_ihex_chunks(chunks);
}

static void load_eeprom(void) {
  memset(eeprom_kept, 0xFF, sizeof eeprom_kept);
  FILE *file = eeprom_file ? fopen(eeprom_file, "rb") : 0;
  if (file) {
    if (fread(eeprom_kept, 1, sizeof eeprom_kept, file) == 0) memset(eeprom_kept, 0xFF, sizeof eeprom_kept);
    fclose(file);
  }
  avr_eeprom_desc_t all = {eeprom_kept, 0, EEPROM_SIZE};
  avr_ioctl(avr, AVR_IOCTL_EEPROM_SET, &all);
}

static void keep_eeprom(void) {
  uint8_t now[EEPROM_SIZE];
  avr_eeprom_desc_t all = {now, 0, EEPROM_SIZE};
  if (!eeprom_file) return;
  avr_ioctl(avr, AVR_IOCTL_EEPROM_GET, &all);
  if (memcmp(now, eeprom_kept, sizeof now) == 0) return;
  memcpy(eeprom_kept, now, sizeof now);
  FILE *file = fopen(eeprom_file, "wb");
  if (!file || fwrite(now, 1, sizeof now, file) != sizeof now || fclose(file) != 0) fail(eeprom_file);
}

static void connect_uart(void) {
  uint32_t flags = 0;
  avr_ioctl(avr, AVR_IOCTL_UART_GET_FLAGS('0'), &flags);
  flags &= ~(uint32_t)(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POLL_SLEEP);
  avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
  to_chip = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
  avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), on_sent, 0);
  avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUT_XON), on_takes, 0);
  avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUT_XOFF), on_full, 0);
}

static void reset_for(uint8_t cause) {
  const avr_regbit_t flags[4] = {avr->reset_flags.porf, avr->reset_flags.extrf, avr->reset_flags.borf,
                                 avr->reset_flags.wdrf};
  avr_reset(avr);
  for (int i = 0; i < 4; i++) avr_regbit_setto(avr, flags[i], (uint8_t)((cause >> i) & 1));
  chip_takes = 1;
  input_at = input_end = 0;
}

/* Whether there are new bytes. */
static int take_input(void) {
  if (input_at < input_end) return 0;
  const ssize_t got = read(STDIN_FILENO, input, sizeof input);
  if (got == 0) {
    keep_eeprom();
    exit(0);
  }
  if (got < 0 && errno != EAGAIN && errno != EINTR) fail("input");
  input_at = 0;
  input_end = got > 0 ? (size_t)got : 0;
  return got > 0;
}

/* What the reader does not take in time is lost, as on a line without flow control. */
static void give_output(void) {
  if (output_end == 0) return;
  if (write(STDOUT_FILENO, output, output_end) < 0 && errno != EAGAIN && errno != EINTR) exit(0);
  output_end = 0;
}

static void look_at_control(void) {
  static int told;
  uint8_t cause;
  if (!told && RECEIVER_ON) told = write(CONTROL, "r", 1) == 1;
  if (read(CONTROL, &cause, 1) == 1) reset_for(cause);
}

static void run_until(avr_cycle_count_t cycles) {
  while (avr->cycle < cycles) {
    while (input_at < input_end && chip_takes && RECEIVER_ON) avr_raise_irq(to_chip, input[input_at++]);
    const int state = avr_run(avr);
    if (state == cpu_Done || state == cpu_Crashed) {
      fprintf(stderr, "the program ended or crashed at %04x\n", (unsigned)avr->pc);
      exit(1);
    }
  }
}

int main(int count, char **words) {
  if (count < 2) return 2;
  eeprom_file = count > 2 ? words[2] : 0;
  signal(SIGPIPE, SIG_IGN);
  for (int fd = 0; fd <= CONTROL; fd++) {
    if (fd != STDERR_FILENO) fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
  }
  avr = avr_make_mcu_by_name("atmega328p");
  if (!avr) fail("atmega328p");
  avr_init(avr);
  avr->frequency = CLOCK;
  avr->sleep = on_sleep;
  avr->log = LOG_ERROR;
  load_image(words[1]);
  load_eeprom();
  connect_uart();
  reset_for(1);

  uint64_t origin = now_ns();
  for (uint32_t turn = 0;; turn++) {
    struct pollfd line = {STDIN_FILENO, POLLIN, 0};
    const uint64_t now = now_ns(), ran = avr->cycle * 125 / 2; /* 62.5 ns a cycle */
    if (now - origin > ran + CATCH_UP_NS) origin = now - ran - CATCH_UP_NS;
    run_until((now - origin) * 2 / 125);
    give_output();
    if (turn % 128 == 0) keep_eeprom();
    look_at_control();
    /* Only now, with the chip at the present: bytes must not arrive before they were sent. */
    if (take_input()) continue;
    if (input_at < input_end) line.events = 0;
    ppoll(&line, 1, &SLICE, 0);
  }
}
