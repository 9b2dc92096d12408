#!/usr/bin/env bash
# tell.sh WHAT: tell someone that WHAT has failed, with the end of the newest log. The system's log is always told;
# if DEPLOY_MAILTO is set, so is whoever that is. Exit 1 if that mail could not be handed over.
set -euo pipefail

what=${1:?what has failed}
subject="$what has failed on $(uname -n)"
logs=("${DEPLOY_ROOT:?the folder that deploy.sh deploys to}"/logs/*.log)
end=$(tail -n 40 -- "${logs[-1]}" 2>/dev/null || echo "there is no log in $DEPLOY_ROOT/logs")

logger -p user.err -t hawks -- "$subject: $(tail -n 2 <<<"$end" | head -n 1)" || echo "$subject, and no logger" >&2
if [ -n "${DEPLOY_MAILTO:-}" ]; then
  PATH="$PATH:/usr/sbin:/usr/lib" sendmail -t <<END || { echo "no mail could be sent to $DEPLOY_MAILTO" >&2 && exit 1; }
To: $DEPLOY_MAILTO
Subject: $subject

$end
END
fi
