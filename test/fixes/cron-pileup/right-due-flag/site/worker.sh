# The only one that runs the job: one after the other, none longer than 3 s. Ticks that come while
# a run is at work are one and the same flag.
while :; do
    if [ -e /run/fetch_rates.due ]; then
        rm -f /run/fetch_rates.due
        timeout -k 1 3 python3 /site/manage.py fetch_rates
    else
        sleep 0.1
    fi
done
