; update_signs of core/update.h: 37 cycles a parameter.

#define by0 r10
#define by1 r11
#define by2 r12
#define by3 r13
#define bits r16
#define left r17

.section .text.update_signs, "ax", @progbits
.global update_signs
.type update_signs, @function
update_signs: ; first r25:r24, count r23:r22, by r21:r20:r19:r18
  push r10
  push r11
  push r12
  push r13
  push r16
  push r17
  push r28
  push r29
  movw by0, r18
  movw by2, r20
  movw r26, r22
  movw r28, r24 ; Y = theta + 4 * first
  lsl r28
  rol r29
  lsl r28
  rol r29
  subi r28, lo8(-(theta))
  sbci r29, hi8(-(theta))
  movw r30, r24 ; Z = code_row + first / 8
  lsr r31
  ror r30
  lsr r31
  ror r30
  lsr r31
  ror r30
  lds r0, code_row
  lds r23, code_row + 1
  add r30, r0
  adc r31, r23
  ld bits, Z+
  andi r24, 7
  ldi left, 8
  sub left, r24
1:
  subi r24, 1
  brcs next
  lsr bits
  rjmp 1b

next:
  ld r22, Y
  ldd r23, Y+1
  ldd r24, Y+2
  ldd r25, Y+3
  lsr bits
  brcs minus
  add r22, by0
  adc r23, by1
  adc r24, by2
  adc r25, by3
  brvs plus_over
check: ; the range ends 0x8000 above the smallest 32-bit number
  cpi r25, 0x80
  breq near_bottom
keep:
  st Y+, r22
  st Y+, r23
  st Y+, r24
  st Y+, r25
  dec left
  breq more_bits
more:
  sbiw r26, 1
  brne next

  pop r29
  pop r28
  pop r17
  pop r16
  pop r13
  pop r12
  pop r11
  pop r10
  ret

more_bits:
  ld bits, Z+
  ldi left, 8
  rjmp more

minus:
  sub r22, by0
  sbc r23, by1
  sbc r24, by2
  sbc r25, by3
  brvc check
  mov r24, by3 ; minus a negative number leaves at the top
  com r24
  rjmp over
plus_over:
  mov r24, by3
  rjmp over
near_bottom:
  cpi r24, 0
  brne keep
  sbrc r23, 7
  rjmp keep
  ldi r24, 0x80
over: ; bit 7 of r24: which limit
  push r26
  push r27
  push r30
  push r31
  andi r24, 0x80
  call update_limit
  pop r31
  pop r30
  pop r27
  pop r26
  rjmp keep
