/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn_memory.h: memory of a contract; included by bsn_contract.h.
 */
#ifndef BSN_MEMORY_H
#define BSN_MEMORY_H

#ifdef __cplusplus
extern "C" {
#endif

/* What compilers call on their own. With bulk memory the first three are one
 * instruction each. */
__attribute__((weak)) void *
memcpy(void *to, const void *from, size_t n)
{
	return __builtin_memcpy(to, from, n);
}

__attribute__((weak)) void *
memmove(void *to, const void *from, size_t n)
{
	return __builtin_memmove(to, from, n);
}

__attribute__((weak)) void *
memset(void *to, int byte, size_t n)
{
	return __builtin_memset(to, byte, n);
}

__attribute__((weak, no_builtin)) int
memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = (const unsigned char *)a;
	const unsigned char *y = (const unsigned char *)b;

	for (; n > 0; x++, y++, n--)
		if (*x != *y)
			return *x - *y;
	return 0;
}

__attribute__((weak, no_builtin)) size_t
strlen(const char *text)
{
	size_t n = 0;

	while (text[n] != '\0')
		n++;
	return n;
}

extern unsigned char __heap_base; /* where the linker ended */
__attribute__((weak)) uintptr_t bsn_heap_at;

#ifdef __cplusplus
}
#endif

/* `size` bytes of 0, aligned to 16. Memory that a chain does not give ends the
 * call. Returns: never NULL. */
BSN_APART void *
bsn_alloc(size_t size)
{
	uintptr_t at = bsn_heap_at != 0 ? bsn_heap_at : (uintptr_t)&__heap_base;
	uintptr_t end;
	size_t have = __builtin_wasm_memory_size(0) << 16;

	at = (at + 15) & ~(uintptr_t)15;
	end = at + size;
	if (end < at || (end > have &&
			 __builtin_wasm_memory_grow(
				 0, (end - have + 65535) >> 16) == SIZE_MAX))
		bsn_raw_revert("out of memory", 13);
	bsn_heap_at = end;
	return (void *)at;
}

#endif
