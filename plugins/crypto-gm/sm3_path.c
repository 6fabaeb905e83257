/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/crypto-gm/sm3_parts.h"

/* The best one first. */
static const Sm3Path *const all[] = {
#ifdef __x86_64__
	&sm3_avx512,
	&sm3_avx2,
	&sm3_bmi2,
#endif
	&sm3_portable,
};
#define PATHS (sizeof(all) / sizeof(all[0]))

const Sm3Path *sm3_path = &sm3_portable;

void
sm3_blocks(uint32_t state[SM3_STATE_WORDS], const uint8_t *data, size_t n)
{
	sm3_path->blocks(state, data, n);
}

void
sm3_open(void)
{
	size_t i = 0;

	while (!all[i]->runs())
		i++;
	sm3_path = all[i];
}

const char *const *
sm3_paths(void)
{
	static const char *names[PATHS + 1];
	size_t n = 0;

	for (size_t i = 0; i < PATHS; i++)
		if (all[i]->runs())
			names[n++] = all[i]->name;
	return names;
}

int
sm3_use(const char *path)
{
	for (size_t i = 0; i < PATHS; i++) {
		if (strcmp(all[i]->name, path) != 0 || !all[i]->runs())
			continue;
		sm3_path = all[i];
		return 0;
	}
	return -1;
}
