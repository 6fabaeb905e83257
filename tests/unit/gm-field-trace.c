/* SPDX-License-Identifier: Apache-2.0
 *
 * gm-field-trace [PATH ROUNDS]
 *
 * Without arguments: the names of the field's implementations that run here.
 * With: a line for each operation of the field and of scalars, with a hash over
 * its results for ROUNDS operands, which are the same on every machine. Built
 * for another processor and run there, or emulated, it has to print the same
 * lines as here, where the operations are compared with OpenSSL's.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plugins/crypto-gm/fe.h"
#include "plugins/crypto-gm/sc.h"
#include "tests/unit/gm-operands.h"

static unsigned long rounds;

/* FNV-1a, over limbs. */
static uint64_t
hash(uint64_t sum, const uint64_t *a)
{
	for (int i = 0; i < LIMBS; i++)
		sum = (sum ^ a[i]) * 0x100000001b3;
	return sum;
}

static void
square_17(Fe *r, const Fe *a, const Fe *b)
{
	(void)b;
	*r = *a;
	for (int i = 0; i < 17; i++)
		fe_sqr(r, r);
}

#define OF_ONE(name, function)                            \
	static void name(Fe *r, const Fe *a, const Fe *b) \
	{                                                 \
		(void)b;                                  \
		function(r, a);                           \
	}

OF_ONE(square, fe_sqr)
OF_ONE(twice, fe_dbl)
OF_ONE(thrice, fe_tpl)
OF_ONE(inverse, fe_inv)

static void
product(Fe *r, const Fe *a, const Fe *b)
{
	fe_mul(r, a, b);
}

static void
bytes(Fe *r, const Fe *a, const Fe *b)
{
	uint8_t written[FE_LEN];

	(void)b;
	fe_write(written, a);
	limbs_read(r->w, written);
}

static const struct {
	const char *name;
	void (*run)(Fe *r, const Fe *a, const Fe *b);
} field[] = {
	{ "mul", product }, { "sqr", square },	{ "sqr-17", square_17 },
	{ "add", fe_add },  { "sub", fe_sub },	{ "dbl", twice },
	{ "tpl", thrice },  { "bytes", bytes }, { "inv", inverse },
};

static void
scalar_inverse(Sc *r, const Sc *a, const Sc *b)
{
	(void)b;
	sc_inv(r, a);
}

static void
wide(Sc *r, const Sc *a, const Sc *b)
{
	uint8_t written[SC_WIDE_LEN];

	sc_write(written, a);
	sc_write(written + SC_LEN, b);
	sc_read_wide(r, written);
}

static void
key(Sc *r, const Sc *a, const Sc *b)
{
	uint8_t written[SC_WIDE_LEN];

	sc_write(written, a);
	sc_write(written + SC_LEN, b);
	sc_read_key(r, written, 48);
}

static const struct {
	const char *name;
	void (*run)(Sc *r, const Sc *a, const Sc *b);
} scalars[] = {
	{ "scalar-mul", sc_mul }, { "scalar-add", sc_add },
	{ "scalar-sub", sc_sub }, { "scalar-inv", scalar_inverse },
	{ "scalar-wide", wide },  { "scalar-key", key },
};

static void
trace_field(size_t operation)
{
	uint64_t state = operation;
	uint64_t sum = 0xcbf29ce484222325;

	for (unsigned long i = 0; i < rounds; i++) {
		Fe a, b, r;

		gm_random_below(&state, a.w, fe_p);
		gm_random_below(&state, b.w, fe_p);
		field[operation].run(&r, &a, &b);
		sum = hash(sum, r.w);
	}
	printf("%s %016" PRIx64 "\n", field[operation].name, sum);
}

static void
trace_scalars(size_t operation)
{
	uint64_t state = operation;
	uint64_t sum = 0xcbf29ce484222325;

	for (unsigned long i = 0; i < rounds; i++) {
		Sc a, b, r;

		gm_random_below(&state, a.w, sc_n.w);
		gm_random_below(&state, b.w, sc_n.w);
		scalars[operation].run(&r, &a, &b);
		sum = hash(sum, r.w);
	}
	printf("%s %016" PRIx64 "\n", scalars[operation].name, sum);
}

int
main(int argc, char **argv)
{
	if (argc != 3) {
		for (const char *const *path = fe_paths(); *path; path++)
			puts(*path);
		return 0;
	}
	if (!fe_use(argv[1])) {
		fprintf(stderr, "gm-field-trace: there is no %s here\n",
			argv[1]);
		return 1;
	}
	rounds = strtoul(argv[2], NULL, 10);
	for (size_t i = 0; i < sizeof(field) / sizeof(field[0]); i++)
		trace_field(i);
	for (size_t i = 0; i < sizeof(scalars) / sizeof(scalars[0]); i++)
		trace_scalars(i);
	return 0;
}
