# syntax=docker/dockerfile:1
# Built in one stage, run from another: the image holds Python, the installed package and nothing to build with.
FROM python:3.13-slim AS build
WORKDIR /src
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY feeds feeds
COPY links links
COPY storage storage
RUN python -m venv /opt/deadlineday \
 && /opt/deadlineday/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt '.[discord,pictures,slack]'

FROM python:3.13-slim
RUN useradd --system --uid 10001 --create-home --home-dir /data deadlineday
COPY --from=build /opt/deadlineday /opt/deadlineday
ENV PATH=/opt/deadlineday/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    DEADLINEDAY_DATABASE=/data/deadlineday.db \
    DEADLINEDAY_SAMPLE=off
USER deadlineday
WORKDIR /data
VOLUME /data
# Healthy means that the bot wrote its heartbeat into the data folder within the last two minutes.
HEALTHCHECK --interval=60s --timeout=10s --start-period=60s --retries=3 CMD ["deadlineday", "doctor", "--alive"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["deadlineday"]
CMD ["run"]
