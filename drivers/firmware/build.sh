#!/bin/sh
# Builds the firmware: build.sh avr [out.hex] | host [out] [extra compiler flags...] | all
# avr:  fixtures/firmware/insitu-chip-atmega328p.hex, needs avr-gcc and avr-libc
# host: .cache/firmware/insitu-chip-host, needs a C99 compiler (CC, default cc)
set -eu
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$here" # relative names only: the image must not depend on where it was built

build_avr() {
  out=${1:-$root/fixtures/firmware/insitu-chip-atmega328p.hex}
  elf=${out%.hex}.elf
  mkdir -p "$(dirname "$out")"
  avr-gcc -std=gnu99 -mmcu=atmega328p -DF_CPU=16000000UL -O2 -flto -fwhole-program -Wall -Wextra \
    -fshort-enums -ffunction-sections -Wl,--gc-sections -Icore -Iavr -o "$elf" core/*.c avr/*.c avr/*.S
  avr-objcopy -O ihex -R .eeprom "$elf" "$out"
  avr-size "$elf" | tail -n 1 | awk '{ print "avr: " $1 + $2 " bytes of flash, " $2 + $3 " bytes of RAM" }'
  [ -n "${KEEP_ELF:-}" ] || rm -f "$elf"
}

build_host() {
  out=${1:-$root/.cache/firmware/insitu-chip-host}
  [ $# -gt 0 ] && shift
  mkdir -p "$(dirname "$out")"
  "${CC:-cc}" -std=c99 -O2 -Wall -Wextra "$@" -Icore -Ihost -o "$out" core/*.c host/*.c
}

what=${1:-all}
[ $# -gt 0 ] && shift
case $what in
  avr) build_avr "$@" ;;
  host) build_host "$@" ;;
  all)
    build_host
    if command -v avr-gcc >/dev/null; then build_avr; else echo 'avr-gcc is not installed: the committed image stays'; fi
    ;;
  *) echo "usage: $0 avr [out.hex] | host [out] [flags...] | all" >&2; exit 2 ;;
esac
