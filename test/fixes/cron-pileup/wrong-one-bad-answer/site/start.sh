python3 /site/manage.py rates_service &
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin faketime -f "+0 x60" cron -f
