"""pages"""
from fastapi import APIRouter
from fastapi.responses import HTMLResponse
router = APIRouter(include_in_schema=False)
@router.get("/")
async def home() -> HTMLResponse:
    """."""
    return HTMLResponse("发票")
