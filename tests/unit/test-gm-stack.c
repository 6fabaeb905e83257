/* SPDX-License-Identifier: Apache-2.0
 *
 * What multiplications by secrets leave on the stack: nothing that depends on
 * the secret. They run on a stack that can be looked at afterwards, twice with
 * one scalar, by which is known what differs anyway, and once with another.
 */
#include <glib.h>
#include <string.h>
#include <ucontext.h>

#include "plugins/crypto-gm/sm2_curve.h"
#include "tests/unit/gm-paths.h"

#define STACK_LEN ((gsize)128 << 10)
#define RUNS 3u

typedef enum { OF_G, OF_A_POINT } Multiple;

static struct {
	Multiple multiple;
	Sc k;
	Affine p, result;
} work;
static ucontext_t here, there;
static guint8 stacks[RUNS][STACK_LEN];
static guint8 stack[STACK_LEN] __attribute__((aligned(64)));

static void
multiply(void)
{
	if (work.multiple == OF_G)
		(void)sm2_mul_base(&work.result, &work.k);
	else
		(void)sm2_mul(&work.result, &work.k, &work.p);
}

static void
run(guint64 k, guint8 *left)
{
	work.k = (Sc){ { k, ~k, k * k, k >> 1 } };
	memset(stack, 0x5a, sizeof(stack));
	g_assert_cmpint(getcontext(&there), ==, 0);
	there.uc_stack.ss_sp = stack;
	there.uc_stack.ss_size = sizeof(stack);
	there.uc_link = &here;
	makecontext(&there, multiply, 0);
	g_assert_cmpint(swapcontext(&here, &there), ==, 0);
	memcpy(left, stack, sizeof(stack));
}

static guint
count_left(void)
{
	guint n = 0;

	run(0x0123456789abcdef, stacks[0]);
	run(0x0123456789abcdef, stacks[1]);
	run(0x02fdb97531eca864, stacks[2]);
	for (gsize i = 0; i < STACK_LEN; i++)
		n += stacks[0][i] == stacks[1][i] &&
		     stacks[0][i] != stacks[2][i];
	return n;
}

static void
test_nothing_is_left(void)
{
	static const Sc some = { { 7 } };

	sm2_curve_open();
	(void)sm2_mul_base(&work.p, &some);
	for (guint i = 0; i < gm_path_curves(); i++) {
		const char *path = gm_path_use(i);

		for (work.multiple = OF_G; work.multiple <= OF_A_POINT;
		     work.multiple++) {
			const guint left = count_left();

			if (left > 0)
				g_error("%s: %u bytes that depend on the "
					"scalar are left of a multiple of %s",
					path, left,
					work.multiple == OF_G ? "G" : "P");
		}
	}
	gm_path_best();
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/gm/stack/nothing-of-a-secret-scalar-is-left",
			test_nothing_is_left);
	return g_test_run();
}
