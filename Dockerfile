# The service in a container: built in one stage, run in another without compilers, pip's cache or root.
FROM python:3.12-slim AS build
WORKDIR /src
RUN python -m venv /opt/invoiceocr
COPY pyproject.toml README.md CHANGELOG.md LICENSE NOTICE ./
COPY schemas ./schemas
COPY rules ./rules
COPY models ./models
COPY invoiceocr ./invoiceocr
RUN /opt/invoiceocr/bin/pip install --no-cache-dir --no-compile '.[server,postgres]' \
    && /opt/invoiceocr/bin/pip uninstall --yes pip \
    && find /opt/invoiceocr -name __pycache__ -type d -prune -exec rm -rf {} +

FROM python:3.12-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin invoiceocr \
    && install -d -o invoiceocr /data
COPY --from=build /opt/invoiceocr /opt/invoiceocr
ENV PATH=/opt/invoiceocr/bin:$PATH PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
USER 10001
WORKDIR /data
VOLUME /data
EXPOSE 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
# The token comes from the environment (INVOICEOCR_TOKEN): without one the service refuses to start here.
ENTRYPOINT ["invoiceocr"]
CMD ["serve", "--host", "0.0.0.0", "--port", "8080", "--data", "/data"]
