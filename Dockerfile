# The production image: web, worker and beat are the same image with another command.
FROM python:3.11-slim-bookworm AS packages
RUN python -m venv /packages
COPY requirements.lock .
RUN /packages/bin/pip install --no-cache-dir --require-hashes -r requirements.lock

FROM python:3.11-slim-bookworm
ENV PATH=/packages/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
RUN useradd --system --uid 10001 --no-create-home clinic
# a new volume takes over the owner of the folder it is mounted on
RUN install --directory --owner=clinic --mode=0750 /photos
COPY --from=packages /packages /packages
WORKDIR /app
COPY . .
# names of static files carry their content's hash; the addresses are only there to be read
RUN SECRET_KEY=unused DATABASE_URL=postgresql://unused/unused REDIS_URL=redis://unused \
    python manage.py collectstatic --no-input --verbosity 0
USER clinic
EXPOSE 8000
# loaded once, before the workers are forked from it: nobody waits for a worker that still loads
CMD ["gunicorn", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--workers", "2", \
     "--threads", "8", "--preload", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", \
     "clinic.wsgi"]
