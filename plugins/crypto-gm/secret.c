/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/secret.h"

#include <stdint.h>
#include <string.h>

/* Eight points side by side take most, 7.5 kB in gcc's frames. The tests look
 * whether something is left. */
#define STACK_LEN 12288u

__attribute__((noinline)) void
secret_wipe_stack(void)
{
	uint8_t stack[STACK_LEN];

	/* OPENSSL_cleanse would take a tenth of a multiplication. */
	explicit_bzero(stack, sizeof(stack));
}
