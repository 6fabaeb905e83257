/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/fe.h"

#include <string.h>

#include "plugins/crypto-gm/fe_paths.h"
#include "plugins/crypto-gm/modinv.h"

#ifdef FE_HAVE_ADX
#include <cpuid.h>
#endif

const Fe fe_zero = { { 0 } };
/* R and R^2 modulo p. */
const Fe fe_one = { { 1, 0xffffffff, 0, 0x100000000 } };
static const Fe r_squared = { { 0x0000000200000003, 0x00000002ffffffff,
				0x0000000100000001, 0x0000000400000002 } };

void (*fe_mul)(Fe *r, const Fe *a, const Fe *b) = fe_mul_portable;
void (*fe_sqr)(Fe *r, const Fe *a) = fe_sqr_portable;

typedef struct path {
	const char *name;
	int (*runs)(void);
	void (*mul)(Fe *r, const Fe *a, const Fe *b);
	void (*sqr)(Fe *r, const Fe *a);
} Path;

static int
always(void)
{
	return 1;
}

#ifdef FE_HAVE_ADX
/* Is there mulx, adcx and adox? */
static int
adx_runs(void)
{
	unsigned eax, ebx, ecx, edx;

	return __get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) != 0 &&
	       (ebx & bit_BMI2) != 0 && (ebx & bit_ADX) != 0;
}
#endif

/* Worst first. */
static const Path paths[] = {
	{ "portable", always, fe_mul_portable, fe_sqr_portable },
#ifdef FE_HAVE_ADX
	{ "x86-64-adx", adx_runs, fe_mul_adx, fe_sqr_adx },
#endif
#ifdef FE_HAVE_AARCH64
	{ "aarch64", always, fe_mul_aarch64, fe_sqr_aarch64 },
#endif
};

#define N_PATHS (sizeof(paths) / sizeof(paths[0]))

const char *const *
fe_paths(void)
{
	static const char *names[N_PATHS + 1];
	size_t n = 0;

	for (size_t i = 0; i < N_PATHS; i++) {
		if (paths[i].runs())
			names[n++] = paths[i].name;
	}
	names[n] = NULL;
	return names;
}

static void
use(const Path *path)
{
	fe_mul = path->mul;
	fe_sqr = path->sqr;
}

int
fe_use(const char *path)
{
	for (size_t i = 0; i < N_PATHS; i++) {
		if (strcmp(paths[i].name, path) == 0 && paths[i].runs()) {
			use(&paths[i]);
			return 1;
		}
	}
	return 0;
}

void
fe_open(void)
{
	size_t best = N_PATHS - 1;

	while (!paths[best].runs())
		best--;
	use(&paths[best]);
}

uint64_t
fe_read(Fe *r, const uint8_t bytes[FE_LEN])
{
	Fe number;
	Fe less;
	uint64_t below;

	limbs_read(number.w, bytes);
	below = limb_barrier(0 - limbs_sub(less.w, number.w, fe_p));
	for (int i = 0; i < FE_LIMBS; i++)
		number.w[i] &= below;
	fe_mul(r, &number, &r_squared);
	return below;
}

void
fe_to_plain(uint64_t plain[FE_LIMBS], const Fe *a)
{
	static const Fe one = { { 1 } };
	Fe number;

	fe_mul(&number, a, &one);
	memcpy(plain, number.w, sizeof(number.w));
}

void
fe_write(uint8_t bytes[FE_LEN], const Fe *a)
{
	uint64_t plain[FE_LIMBS];

	fe_to_plain(plain, a);
	limbs_write(bytes, plain);
}

static const ModinvModulus p_modulus = {
	{ { 0xfffffffffffffff, 0xffffff00000000f, 0xfffffffffffffff,
	    0xfffefffffffffff, 0xffff } },
	0xfffffffffffffff,
};

void
fe_inv(Fe *r, const Fe *a)
{
	static const Fe r_cubed = { { 0x0000001200000016, 0x0000000efffffff8,
				      0x0000000a0000000c,
				      0x0000001b00000009 } };
	Fe inverse;

	/* (a R)^-1 R^3 / R. */
	modinv(inverse.w, a->w, &p_modulus);
	fe_mul(r, &inverse, &r_cubed);
}

void
fe_inv_batch_vartime(Fe *a, Fe *scratch, size_t n)
{
	Fe product = fe_one;
	Fe inverse;

	for (size_t i = 0; i < n; i++) {
		scratch[i] = product;
		if (!fe_is_zero(&a[i]))
			fe_mul(&product, &product, &a[i]);
	}
	fe_inv(&inverse, &product);
	for (size_t i = n; i-- > 0;) {
		Fe factor = a[i];

		if (fe_is_zero(&factor))
			continue;
		fe_mul(&a[i], &inverse, &scratch[i]);
		fe_mul(&inverse, &inverse, &factor);
	}
}
