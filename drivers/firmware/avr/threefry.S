; threefry of core/threefry.h. The C compiler turns rotations of 32 bits into loops; here they are byte moves and at
; most three single-bit steps.

#define a0 r18
#define a1 r19
#define a2 r20
#define a3 r21
#define b0 r22
#define b1 r23
#define b2 r24
#define b3 r25

.macro left1
  lsl b0
  rol b1
  rol b2
  rol b3
  adc b0, r1
.endm
.macro right1
  bst b0, 0
  ror b3
  ror b2
  ror b1
  ror b0
  bld b3, 7
.endm
.macro left8
  mov r0, b3
  mov b3, b2
  mov b2, b1
  mov b1, b0
  mov b0, r0
.endm
.macro left24
  mov r0, b0
  mov b0, b1
  mov b1, b2
  mov b2, b3
  mov b3, r0
.endm
.macro left16
  movw r26, b0
  movw b0, b2
  movw b2, r26
.endm

.macro add_b
  add a0, b0
  adc a1, b1
  adc a2, b2
  adc a3, b3
.endm
.macro xor_a
  eor b0, a0
  eor b1, a1
  eor b2, a2
  eor b3, a3
.endm

.macro rounds_a ; 13 15 26 6
  add_b
  left16
  right1
  right1
  right1
  xor_a
  add_b
  left16
  right1
  xor_a
  add_b
  left24
  left1
  left1
  xor_a
  add_b
  left8
  right1
  right1
  xor_a
.endm
.macro rounds_b ; 17 29 16 24
  add_b
  left16
  left1
  xor_a
  add_b
  right1
  right1
  right1
  xor_a
  add_b
  left16
  xor_a
  add_b
  left24
  xor_a
.endm

; a += key k, b += key m + n; keys are r2.., r6.., r10..
.macro inject k, m, n
  add a0, \k
  adc a1, \k + 1
  adc a2, \k + 2
  adc a3, \k + 3
  ldi r30, \n
  add b0, r30
  adc b1, r1
  adc b2, r1
  adc b3, r1
  add b0, \m
  adc b1, \m + 1
  adc b2, \m + 2
  adc b3, \m + 3
.endm

.section .text.threefry, "ax", @progbits
.global threefry
.type threefry, @function
threefry: ; key0 r25..r22, key1 r21..r18, counter0 r17..r14, counter1 r13..r10, out r9:r8
  push r2
  push r3
  push r4
  push r5
  push r6
  push r7
  push r8
  push r9
  push r10
  push r11
  push r12
  push r13
  movw r2, r22 ; key 0
  movw r4, r24
  movw r30, r8
  movw r6, r18 ; key 1
  movw r8, r20
  push r30
  push r31
  movw r22, r10 ; b = counter 1 + key 1
  movw r24, r12
  add b0, r6
  adc b1, r7
  adc b2, r8
  adc b3, r9
  ldi r30, 0xDA ; key 2 = 1BD11BDA ^ key 0 ^ key 1
  mov r10, r30
  eor r10, r2
  eor r10, r6
  ldi r30, 0x1B
  mov r11, r30
  mov r13, r30
  eor r11, r3
  eor r11, r7
  ldi r30, 0xD1
  mov r12, r30
  eor r12, r4
  eor r12, r8
  eor r13, r5
  eor r13, r9
  movw a0, r14 ; a = counter 0 + key 0
  movw a2, r16
  add a0, r2
  adc a1, r3
  adc a2, r4
  adc a3, r5
  rounds_a
  inject 6, 10, 1
  rounds_b
  inject 10, 2, 2
  rounds_a
  inject 2, 6, 3
  rounds_b
  inject 6, 10, 4
  rounds_a
  inject 10, 2, 5
  pop r31
  pop r30
  st Z+, a0
  st Z+, a1
  st Z+, a2
  st Z+, a3
  st Z+, b0
  st Z+, b1
  st Z+, b2
  st Z, b3
  pop r13
  pop r12
  pop r11
  pop r10
  pop r9
  pop r8
  pop r7
  pop r6
  pop r5
  pop r4
  pop r3
  pop r2
  ret
