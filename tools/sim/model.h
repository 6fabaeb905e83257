/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/model.h: model signatures; see crypto.h.
 */
#ifndef TOOLS_SIM_MODEL_H
#define TOOLS_SIM_MODEL_H

#include <bsn/crypto.h>
#include <glib.h>

/* A table that stands for `real`: as long as the process. At most
 * SIM_MODELS_MAX schemes; NULL beyond. */
#define SIM_MODELS_MAX 8u
const bsn_signature *sim_model_of(const bsn_signature *real);
/* Forgets all keys. */
void sim_model_reset(void);

#endif
