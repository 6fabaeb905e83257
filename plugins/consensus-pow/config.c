/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/consensus-pow/config.h"

#include "plugins/kit/json.h"

/* Bytes of a config, far above what it can say. */
#define CONFIG_MAX 4096u
#define PERIOD_MIN_MS 10u
#define PERIOD_MAX_MS 600000u
#define HASHES_MAX 1000000u
#define TURN_MAX_MS 10000u

/* Bitcoin's easiest target, 2^224 * 65535 / 65536, is this many times 256 harder
 * than the default, which takes 65536 hashes. */
#define BITS_DEFAULT 0x1f00ffffu
/* Every second hash: what Bitcoin's regression test network has. */
#define BITS_EASIEST 0x207fffffu

static void
read_target(JsonFields *fields, const char *name, guint32 fallback, Target *out)
{
	const guint64 bits =
		fields_u64(fields, name, 1, G_MAXINT32, fallback);

	if (!target_from_bits((guint32)bits, out))
		fields_fail(fields, name,
			    "is no target in Bitcoin's compact form; 520159231 "
			    "(0x1f00ffff) takes 65536 hashes, 545259519 "
			    "(0x207fffff) two");
}

int32_t
pow_config_read(bsn_slice text, PowConfig *config, bsn_err *err)
{
	g_autoptr(json_t) object = NULL;
	JsonFields fields = fields_parse(text, CONFIG_MAX, "consensus config",
					 &object, err);

	config->depth = fields_u64(&fields, "depth", 1, POW_DEPTH_MAX, 6);
	read_target(&fields, "defaultTarget", BITS_DEFAULT, &config->start);
	read_target(&fields, "maxTarget", BITS_EASIEST, &config->easiest);
	config->window = fields_u64(&fields, "adjustHeightGap", 1,
				    POW_WINDOW_MAX, 30);
	config->period = fields_u64(&fields, "expectedPeriod", PERIOD_MIN_MS,
				    PERIOD_MAX_MS, 2000);
	config->hashes =
		fields_u64(&fields, "hashes_per_turn", 1, HASHES_MAX, 1000);
	config->share = fields_u64(&fields, "cpu_percent", 1, 100, 25);
	config->turn_ms = fields_u64(&fields, "turn_ms", 1, TURN_MAX_MS, 1);
	config->always = fields_bool(&fields, "always", FALSE);
	if (target_compare(&config->start, &config->easiest) > 0)
		fields_fail(&fields, "defaultTarget", "is above maxTarget");
	return fields_end(&fields);
}
