# Never two at once, none longer than 3 s, and no minute is lost: who fails tries again.
until flock -n /run/fetch_rates.lock timeout 3 python3 /site/manage.py fetch_rates; do
    sleep 10
done
