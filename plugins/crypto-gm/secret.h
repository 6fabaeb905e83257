/* SPDX-License-Identifier: Apache-2.0 */
#ifndef CRYPTO_GM_SECRET_H
#define CRYPTO_GM_SECRET_H

#include <stddef.h>

/* Wipes the stack below the caller's frame: what calls that have returned left
 * there, variables and what the compiler put there of its own. [any] */
void secret_wipe_stack(void);

/* Says that a value made of secrets may be known, so that branches and
 * addresses may depend on it. Does nothing but for the test that has all other
 * such branches and addresses found by memcheck. */
#ifdef GM_FIND_LEAKS
#include <valgrind/memcheck.h>
static inline void
secret_reveal(const void *data, size_t len)
{
	(void)VALGRIND_MAKE_MEM_DEFINED(data, len);
}
#else
static inline void
secret_reveal(const void *data, size_t len)
{
	(void)data;
	(void)len;
}
#endif

#endif
