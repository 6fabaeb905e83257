/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/services.h: the host's services, as all parts of this
 * engine have them.
 */
#ifndef XUPER_SERVICES_H
#define XUPER_SERVICES_H

#include "plugins/kit/services.h"

#endif
