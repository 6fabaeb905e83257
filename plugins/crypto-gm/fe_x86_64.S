/* SPDX-License-Identifier: Apache-2.0
 *
 * The field of SM2 for x86-64 processors with BMI2 and ADX, as fe.h has it:
 * fe_mul_adx and fe_sqr_adx. No branch and no address depends on a limb.
 */
#if defined(__x86_64__) && defined(__ELF__) && !defined(__ILP32__)

/* What a product is built in, least first. */
#define T0 %r8
#define T1 %r9
#define T2 %r10
#define T3 %r11
#define T4 %r12
#define T5 %r13
#define T6 %r14
#define T7 %r15

/* p's limbs 1 and 3; the others are all ones. */
#define P1 0xffffffff00000000
#define P3 0xfffffffeffffffff

.macro begin name
	.globl	\name
	.hidden	\name
	.type	\name, @function
	.p2align 5
\name:
	.cfi_startproc
	/* endbr64: these are called through pointers. */
	.byte	0xf3, 0x0f, 0x1e, 0xfa
.endm

.macro end name
	.cfi_endproc
	.size	\name, . - \name
.endm

.macro save reg
	push	\reg
	.cfi_adjust_cfa_offset 8
	.cfi_rel_offset \reg, 0
.endm

.macro restore reg
	pop	\reg
	.cfi_adjust_cfa_offset -8
	.cfi_restore \reg
.endm

.macro save_all
	save	%rbx
	save	%rbp
	save	%r12
	save	%r13
	save	%r14
	save	%r15
.endm

.macro restore_all
	restore	%r15
	restore	%r14
	restore	%r13
	restore	%r12
	restore	%rbp
	restore	%rbx
.endm

/* Adds (%rsi) * %rdx at t0 and above; t4 is new. */
.macro add_row t0, t1, t2, t3, t4
	xor	\t4, \t4
	mulx	(%rsi), %rax, %rbx
	adcx	%rax, \t0
	adox	%rbx, \t1
	mulx	8(%rsi), %rax, %rbx
	adcx	%rax, \t1
	adox	%rbx, \t2
	mulx	16(%rsi), %rax, %rbx
	adcx	%rax, \t2
	adox	%rbx, \t3
	mulx	24(%rsi), %rax, %rbx
	adcx	%rax, \t3
	adox	%rbx, \t4
	adc	$0, \t4
.endm

/*
 * Makes the two lowest limbs, t0 and t1, zero by adding m * p with
 * m = m0 + 2^64 * m1. As -1/p = 1 modulo 2^64, m0 = t0; and as
 * p = -1 + 2^64 - 2^96 modulo 2^128, m1 = t1 + m0 - (m0 << 32). Then
 *	m * (p + 1) = m * 2^64 + m * 2^256 - (m * 2^96 + m * 2^224)
 * of which the last two have the same four limbs but for where they overlap.
 *
 * First half: takes those two from t1..t5, leaves m1 in %rcx and the borrow in
 * the carry flag. Second half, add_multiple: adds the others to t1..t5, and
 * leaves the carry. %ebp is 32.
 */
.macro sub_multiple t0, t1, t2, t3, t4, t5
	shlx	%rbp, \t0, %rax
	shrx	%rbp, \t0, %rbx
	sub	%rax, \t1
	lea	(\t1, \t0), %rcx
	shlx	%rbp, %rcx, %rdx
	shrx	%rbp, %rcx, %rsi
	lea	(%rdx, %rbx), %rdx
	lea	(%rax, %rsi), %rax
	sbb	%rdx, \t2
	sbb	%rax, \t3
	sbb	%rdx, \t4
	sbb	%rsi, \t5
.endm

.macro add_multiple t0, t1, t2, t3, t4, t5
	add	\t0, \t1
	adc	%rcx, \t2
	adc	$0, \t3
	adc	\t0, \t4
	adc	%rcx, \t5
.endm

/* T0..T7 / 2^256 modulo p, below 2p: T4..T7 and T0, its fifth limb. The product
 * is below p^2, so that the sum fits T0..T7 after the first step; what is lost
 * above T7 for a moment comes back. */
.macro reduce
	mov	$32, %ebp
	sub_multiple T0, T1, T2, T3, T4, T5
	sbb	$0, T6
	sbb	$0, T7
	add_multiple T0, T1, T2, T3, T4, T5
	adc	$0, T6
	adc	$0, T7
	sub_multiple T2, T3, T4, T5, T6, T7
	sbb	T0, T0
	add_multiple T2, T3, T4, T5, T6, T7
	adc	$0, T0
.endm

/* That, below p, in %rax, %rbx, %rcx and %rdx. */
.macro reduce_once
	mov	$P1, %rsi
	mov	$P3, T1
	mov	T4, %rax
	mov	T5, %rbx
	mov	T6, %rcx
	mov	T7, %rdx
	sub	$-1, %rax
	sbb	%rsi, %rbx
	sbb	$-1, %rcx
	sbb	T1, %rdx
	sbb	$0, T0
	cmovc	T4, %rax
	cmovc	T5, %rbx
	cmovc	T6, %rcx
	cmovc	T7, %rdx
.endm

.macro store
	mov	%rax, (%rdi)
	mov	%rbx, 8(%rdi)
	mov	%rcx, 16(%rdi)
	mov	%rdx, 24(%rdi)
.endm

/* T0..T7 = the square of %rax, %rbx, %rcx, %rbp, all of which are used up. */
.macro square
	mov	%rax, %rdx
	mulx	%rbx, T1, T2
	mulx	%rcx, %rsi, T3
	add	%rsi, T2
	mulx	%rbp, %rsi, T4
	adc	%rsi, T3
	adc	$0, T4
	mov	%rbx, %rdx
	xor	T0, T0
	mulx	%rcx, %rsi, T5
	adcx	%rsi, T3
	adox	T5, T4
	mulx	%rbp, %rsi, T5
	adcx	%rsi, T4
	adox	T0, T5
	mov	%rcx, %rdx
	mulx	%rbp, %rsi, T6
	adcx	%rsi, T5
	adcx	T0, T6
	/* Twice those, and the squares of the limbs. */
	xor	T7, T7
	mov	%rax, %rdx
	mulx	%rdx, T0, %rsi
	adcx	T1, T1
	adox	%rsi, T1
	mov	%rbx, %rdx
	mulx	%rdx, %rsi, %rax
	adcx	T2, T2
	adox	%rsi, T2
	adcx	T3, T3
	adox	%rax, T3
	mov	%rcx, %rdx
	mulx	%rdx, %rsi, %rax
	adcx	T4, T4
	adox	%rsi, T4
	adcx	T5, T5
	adox	%rax, T5
	mov	%rbp, %rdx
	mulx	%rdx, %rsi, %rax
	adcx	T6, T6
	adox	%rsi, T6
	adcx	T7, T7
	adox	%rax, T7
.endm

	.text

/* void fe_mul_adx(Fe *r, const Fe *a, const Fe *b) */
	begin	fe_mul_adx
	save_all
	mov	%rdx, %rcx
	mov	(%rdx), %rdx
	mulx	(%rsi), T0, T1
	mulx	8(%rsi), %rax, T2
	add	%rax, T1
	mulx	16(%rsi), %rax, T3
	adc	%rax, T2
	mulx	24(%rsi), %rax, T4
	adc	%rax, T3
	adc	$0, T4
	mov	8(%rcx), %rdx
	add_row	T1, T2, T3, T4, T5
	mov	16(%rcx), %rdx
	add_row	T2, T3, T4, T5, T6
	mov	24(%rcx), %rdx
	add_row	T3, T4, T5, T6, T7
	reduce
	reduce_once
	store
	restore_all
	ret
	end	fe_mul_adx

/* void fe_sqr_adx(Fe *r, const Fe *a) */
	begin	fe_sqr_adx
	save_all
	mov	(%rsi), %rax
	mov	8(%rsi), %rbx
	mov	16(%rsi), %rcx
	mov	24(%rsi), %rbp
	square
	reduce
	reduce_once
	store
	restore_all
	ret
	end	fe_sqr_adx

/* Control-flow enforcement: indirect calls land on endbr64, returns are never
 * altered. */
	.section .note.gnu.property, "a", %note
	.p2align 3
	.long	4, 16, 5
	.asciz	"GNU"
	.long	0xc0000002, 4, 3, 0
#endif

#ifdef __ELF__
	.section .note.GNU-stack, "", %progbits
#endif
