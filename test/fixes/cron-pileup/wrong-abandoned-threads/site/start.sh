# The daemon on real time, started again should it ever end; then cron as before.
(
    while :; do
        python3 /site/manage.py rates_daemon
        sleep 1
    done
) &
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin faketime -f "+0 x60" cron -f
