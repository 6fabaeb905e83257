/* SPDX-License-Identifier: Apache-2.0
 *
 * The field of SM2 for 64-bit Arm, as fe.h has it: fe_mul_aarch64 and
 * fe_sqr_aarch64. No branch and no address depends on a limb. Only registers that
 * a function may change are used.
 */
#if defined(__aarch64__) && defined(__ELF__)

/* What a product is built in, least first. */
#define T0 x9
#define T1 x10
#define T2 x11
#define T3 x12
#define T4 x13
#define T5 x14
#define T6 x15
#define T7 x16

.macro begin name
	.globl	\name
	.hidden	\name
	.type	\name, %function
	.p2align 5
\name:
	.cfi_startproc
	/* bti c: these are called through pointers. */
	hint	#34
.endm

.macro end name
	.cfi_endproc
	.size	\name, . - \name
.endm

/* Adds (x4, x5, x6, x7) * x8 at t0 and above; t4 is new. */
.macro add_row t0, t1, t2, t3, t4
	mul	x3, x4, x8
	adds	\t0, \t0, x3
	mul	x3, x5, x8
	adcs	\t1, \t1, x3
	mul	x3, x6, x8
	adcs	\t2, \t2, x3
	mul	x3, x7, x8
	adcs	\t3, \t3, x3
	adc	\t4, xzr, xzr
	umulh	x3, x4, x8
	adds	\t1, \t1, x3
	umulh	x3, x5, x8
	adcs	\t2, \t2, x3
	umulh	x3, x6, x8
	adcs	\t3, \t3, x3
	umulh	x3, x7, x8
	adc	\t4, \t4, x3
.endm

/*
 * Makes the two lowest limbs, t0 and t1, zero by adding m * p with
 * m = m0 + 2^64 * m1. As -1/p = 1 modulo 2^64, m0 = t0; and as
 * p = -1 + 2^64 - 2^96 modulo 2^128, m1 = t1 + m0 - (m0 << 32). Then
 *	m * (p + 1) = m * 2^64 + m * 2^256 - (m * 2^96 + m * 2^224)
 * of which the last two have the same four limbs but for where they overlap.
 *
 * First half: takes those two from t1..t5, leaves m1 in x4 and the borrow in the
 * carry flag. Second half, add_multiple: adds the others to t1..t5, and leaves
 * the carry.
 */
.macro sub_multiple t0, t1, t2, t3, t4, t5
	lsl	x3, \t0, #32
	lsr	x5, \t0, #32
	subs	\t1, \t1, x3
	add	x4, \t1, \t0
	orr	x5, x5, x4, lsl #32
	orr	x3, x3, x4, lsr #32
	lsr	x6, x4, #32
	sbcs	\t2, \t2, x5
	sbcs	\t3, \t3, x3
	sbcs	\t4, \t4, x5
	sbcs	\t5, \t5, x6
.endm

.macro add_multiple t0, t1, t2, t3, t4, t5
	adds	\t1, \t1, \t0
	adcs	\t2, \t2, x4
	adcs	\t3, \t3, xzr
	adcs	\t4, \t4, \t0
	adcs	\t5, \t5, x4
.endm

/* T0..T7 / 2^256 modulo p in x4..x7. The product is below p^2, so that the sum
 * fits T0..T7 after the first step; what is lost above T7 for a moment comes
 * back. After the second it is below 2p, with a fifth limb, T0. */
.macro reduce
	sub_multiple T0, T1, T2, T3, T4, T5
	sbcs	T6, T6, xzr
	sbc	T7, T7, xzr
	add_multiple T0, T1, T2, T3, T4, T5
	adcs	T6, T6, xzr
	adc	T7, T7, xzr
	sub_multiple T2, T3, T4, T5, T6, T7
	sbc	T0, xzr, xzr
	add_multiple T2, T3, T4, T5, T6, T7
	adc	T0, T0, xzr
	mov	x3, #0xffffffffffffffff
	mov	x8, #0xffffffff00000000
	mov	x17, #0xfffffffeffffffff
	subs	x4, T4, x3
	sbcs	x5, T5, x8
	sbcs	x6, T6, x3
	sbcs	x7, T7, x17
	sbcs	T0, T0, xzr
	csel	x4, T4, x4, lo
	csel	x5, T5, x5, lo
	csel	x6, T6, x6, lo
	csel	x7, T7, x7, lo
.endm

/* T0..T7 = the square of x4..x7. */
.macro square
	mul	T1, x4, x5
	umulh	T2, x4, x5
	mul	x3, x4, x6
	umulh	T3, x4, x6
	adds	T2, T2, x3
	mul	x3, x4, x7
	umulh	T4, x4, x7
	adcs	T3, T3, x3
	adc	T4, T4, xzr
	mul	x3, x5, x6
	umulh	x8, x5, x6
	adds	T3, T3, x3
	adcs	T4, T4, x8
	mul	x3, x6, x7
	umulh	T6, x6, x7
	adc	T5, x3, xzr
	mul	x3, x5, x7
	umulh	x8, x5, x7
	adds	T4, T4, x3
	adcs	T5, T5, x8
	adc	T6, T6, xzr
	/* Twice those, and the squares of the limbs. */
	adds	T1, T1, T1
	adcs	T2, T2, T2
	adcs	T3, T3, T3
	adcs	T4, T4, T4
	adcs	T5, T5, T5
	adcs	T6, T6, T6
	adc	T7, xzr, xzr
	mul	T0, x4, x4
	umulh	x3, x4, x4
	adds	T1, T1, x3
	mul	x3, x5, x5
	adcs	T2, T2, x3
	umulh	x3, x5, x5
	adcs	T3, T3, x3
	mul	x3, x6, x6
	adcs	T4, T4, x3
	umulh	x3, x6, x6
	adcs	T5, T5, x3
	mul	x3, x7, x7
	adcs	T6, T6, x3
	umulh	x3, x7, x7
	adc	T7, T7, x3
.endm

	.text

/* void fe_mul_aarch64(Fe *r, const Fe *a, const Fe *b) */
	begin	fe_mul_aarch64
	ldp	x4, x5, [x1]
	ldp	x6, x7, [x1, #16]
	ldr	x8, [x2]
	mul	T0, x4, x8
	umulh	T1, x4, x8
	mul	x3, x5, x8
	umulh	T2, x5, x8
	adds	T1, T1, x3
	mul	x3, x6, x8
	umulh	T3, x6, x8
	adcs	T2, T2, x3
	mul	x3, x7, x8
	umulh	T4, x7, x8
	adcs	T3, T3, x3
	adc	T4, T4, xzr
	ldr	x8, [x2, #8]
	add_row	T1, T2, T3, T4, T5
	ldr	x8, [x2, #16]
	add_row	T2, T3, T4, T5, T6
	ldr	x8, [x2, #24]
	add_row	T3, T4, T5, T6, T7
	reduce
	stp	x4, x5, [x0]
	stp	x6, x7, [x0, #16]
	ret
	end	fe_mul_aarch64

/* void fe_sqr_aarch64(Fe *r, const Fe *a) */
	begin	fe_sqr_aarch64
	ldp	x4, x5, [x1]
	ldp	x6, x7, [x1, #16]
	square
	reduce
	stp	x4, x5, [x0]
	stp	x6, x7, [x0, #16]
	ret
	end	fe_sqr_aarch64

/* Indirect calls land on bti, no return address is stored. */
	.section .note.gnu.property, "a", %note
	.p2align 3
	.word	4, 16, 5
	.asciz	"GNU"
	.word	0xc0000000, 4, 3, 0
#endif

#ifdef __ELF__
	.section .note.GNU-stack, "", %progbits
#endif
